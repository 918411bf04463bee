import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { CredentialsBusy, LifecycleError, Rejection, TransientFault } from '../errors.ts';
import { parseInput } from '../input.ts';
import type { Timing } from '../ports.ts';
import { type BatchResponse, failedFrom } from './batch-response.ts';
import {
  type Accepted,
  correlate,
  createStack,
  type LambdaFunction,
  reportAccepted,
  reportDeferred,
  reportFailure,
  timed,
} from './telemetry.ts';

const text = z.object({ S: z.string() });
/** An item in DynamoDB's notation. */
const image = z.record(
  z.string(),
  z.custom<AttributeValue>((value) => typeof value === 'object'),
);
const movedImage = z.object({
  pendingSince: z.optional(z.object({ N: z.string() })),
  decommission: z.optional(
    z.object({ M: z.object({ correlationId: z.optional(text), source: z.optional(text) }) }),
  ),
});

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const streamEvent = z.object({
  Records: z.array(
    z.object({
      eventID: z.string(),
      eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
      dynamodb: z.object({
        SequenceNumber: z.string(),
        Keys: z.object({ id: text }),
        NewImage: z.optional(movedImage),
        OldImage: z.optional(image),
        ApproximateCreationDateTime: z.optional(z.number()),
      }),
    }),
  ),
});
type StreamRecord = z.output<typeof streamEvent>['Records'][number];

/** A record that was written to a table. */
export interface Moved {
  readonly deviceId: string;
}

/** A record that DynamoDB has removed. */
export interface Removed {
  /** As it was. */
  readonly item: Readonly<Record<string, AttributeValue>>;
  /** Epoch milliseconds. */
  readonly removedAt: number;
}

/**
 * The device that decommissions itself has to hear that it was, before its connection is dropped: the function that
 * moved it is just telling it.
 */
const FAREWELL_MS = 500;

async function waitForFarewell({ dynamodb: { NewImage } }: StreamRecord): Promise<void> {
  if (NewImage?.decommission?.M.source?.S !== 'device') return;
  const waitMs = Number(NewImage.pendingSince?.N ?? 0) + FAREWELL_MS - Date.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, FAREWELL_MS)));
}

/** What it is called in logs and metrics that a removal is noted. */
export const RECORD_PURGE = 'recordPurge';

interface StreamStack {
  /** Of what has moved; what is removed has the operation `recordPurge`. */
  readonly operation: string;
  /** A device has moved. What is pending stays pending, and a schedule catches up with it. */
  moved(change: Moved, timing: Timing): Promise<Accepted>;
  /** A record's retention is over. Nobody else comes to it, so that it is tried again until it is done. */
  removed(removal: Removed, timing: Timing): Promise<Accepted>;
}

/** `deferred` when those after it had better wait too. */
async function handleMoved(
  record: StreamRecord,
  { operation, moved }: StreamStack,
  timing: Timing,
): Promise<'done' | 'deferred'> {
  const deviceId = record.dynamodb.Keys.id.S;
  const correlationId = record.dynamodb.NewImage?.decommission?.M.correlationId?.S ?? record.eventID;
  correlate({ operation, deviceId, requestId: record.eventID, correlationId });
  try {
    await waitForFarewell(record);
    reportAccepted(operation, await timed(() => moved({ deviceId }, timing)));
    return 'done';
  } catch (error) {
    if (!(error instanceof LifecycleError)) throw error;
    if (error instanceof TransientFault) {
      reportDeferred(operation, error);
      // An execution works on this one device; it says nothing of the others.
      return error instanceof CredentialsBusy ? 'done' : 'deferred';
    }
    if (!(error instanceof Rejection)) throw error;
    reportFailure(operation, error);
    return 'done';
  }
}

async function handleRemoved(
  { eventID, dynamodb }: StreamRecord,
  { removed }: StreamStack,
  timing: Timing,
): Promise<void> {
  const operation = RECORD_PURGE;
  correlate({ operation, deviceId: dynamodb.Keys.id.S, requestId: eventID, correlationId: eventID });
  const removedAt = (dynamodb.ApproximateCreationDateTime ?? timing.clock() / 1000) * 1000;
  const removal = { item: dynamodb.OldImage ?? {}, removedAt };
  reportAccepted(operation, await timed(() => removed(removal, timing)));
}

/** In their order, and up to the first that fails. @returns the sequence number of that one */
async function handleRecords(
  records: readonly StreamRecord[],
  stack: StreamStack,
  timing: Timing,
): Promise<string | undefined> {
  let isDeferring = false;
  for (const record of records) {
    const isRemoval = record.eventName === 'REMOVE';
    try {
      if (isRemoval) await handleRemoved(record, stack, timing);
      else if (!isDeferring) isDeferring = (await handleMoved(record, stack, timing)) === 'deferred';
    } catch (error) {
      reportFailure(isRemoval ? RECORD_PURGE : stack.operation, error as Error);
      return record.dynamodb.SequenceNumber;
    }
  }
  return undefined;
}

/**
 * The stack of a function that reads a table's stream. A passing fault of work that a schedule catches up with ends
 * that work without a failure, so that a throttled service does not hold up the stream. Anything else is to be tried
 * again from its record on, and ends in the on-failure destination.
 */
export function onStream(stack: StreamStack): LambdaFunction {
  return createStack([], async (event: unknown, timing): Promise<BatchResponse> => {
    const { Records } = parseInput(streamEvent, event);
    const failed = await handleRecords(Records, stack, timing);
    return failedFrom(failed);
  });
}
