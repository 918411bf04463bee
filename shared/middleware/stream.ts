import * as z from 'zod/mini';
import { CredentialsBusy, LifecycleError, Rejection, TransientFault } from '../errors.ts';
import { parseInput } from '../input.ts';
import type { Timing } from '../ports.ts';
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
const image = z.object({
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
      dynamodb: z.object({
        SequenceNumber: z.string(),
        Keys: z.object({ id: text }),
        NewImage: z.optional(image),
      }),
    }),
  ),
});
type StreamRecord = z.output<typeof streamEvent>['Records'][number];

/** A change of a device's record. */
export interface StreamedChange {
  readonly deviceId: string;
}

/** What Lambda tries again: this record, and those after it. */
interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
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

type Handle = (change: StreamedChange, timing: Timing) => Promise<Accepted>;

/** `deferred` when those after it had better wait too: what is pending stays pending, and is reconciled. */
async function handleRecord(
  record: StreamRecord,
  {
    operation,
    handle,
    timing,
  }: { readonly operation: string; readonly handle: Handle; readonly timing: Timing },
): Promise<'done' | 'deferred'> {
  const deviceId = record.dynamodb.Keys.id.S;
  const correlationId = record.dynamodb.NewImage?.decommission?.M.correlationId?.S ?? record.eventID;
  correlate({ operation, deviceId, requestId: record.eventID, correlationId });
  try {
    await waitForFarewell(record);
    reportAccepted(operation, await timed(() => handle({ deviceId }, timing)));
    return 'done';
  } catch (error) {
    if (!(error instanceof LifecycleError)) throw error;
    if (error instanceof TransientFault) {
      reportDeferred(operation, error);
      // An execution works on this one device; it says nothing of the others.
      return error instanceof CredentialsBusy ? 'done' : 'deferred';
    }
    reportFailure(operation, error);
    if (error instanceof Rejection) return 'done';
    throw error;
  }
}

/**
 * The stack of a function that reads a table's stream, for work that a schedule catches up with: a passing fault ends
 * the batch without a failure, so that a throttled service does not hold up the stream. Anything else is thrown to be
 * tried again from its record on, and ends in the on-failure destination.
 */
export function onStream({ operation }: { readonly operation: string }, handle: Handle): LambdaFunction {
  return createStack([], async (event: unknown, timing): Promise<BatchResponse> => {
    const { Records } = parseInput(streamEvent, event);
    for (const record of Records) {
      try {
        const outcome = await handleRecord(record, { operation, handle, timing });
        if (outcome === 'deferred') break;
      } catch (error) {
        if (!(error instanceof LifecycleError)) reportFailure(operation, error as Error);
        return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  });
}
