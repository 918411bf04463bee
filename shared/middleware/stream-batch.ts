import * as z from 'zod/mini';
import { parseInput } from '../input.ts';
import type { Timing } from '../ports.ts';
import { type BatchResponse, failedFrom } from './batch-response.ts';
import {
  correlate,
  createStack,
  type LambdaFunction,
  reportAccepted,
  reportFailure,
  timed,
} from './telemetry.ts';

const image = z.record(z.string(), z.unknown());

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const streamEvent = z.object({
  Records: z.array(
    z.object({
      eventID: z.string(),
      dynamodb: z.object({
        SequenceNumber: z.string(),
        Keys: z.object({ id: z.object({ S: z.string() }) }),
        OldImage: z.optional(image),
        NewImage: z.optional(image),
      }),
    }),
  ),
});

/** A write to an item, as its table's stream tells it. */
export type StreamRecord = z.output<typeof streamEvent>['Records'][number]['dynamodb'];

/** What came of a record, by its position in the batch. */
interface Handled {
  readonly position: number;
  readonly deviceId: string;
  readonly outcome: string;
  readonly requestId?: string | undefined;
  readonly correlationId?: string | undefined;
}

export interface BatchResult {
  readonly handled: readonly Handled[];
  /** Of the first record that Lambda has to bring again, with all after it. */
  readonly failure?: { readonly position: number; readonly error: Error };
}

type Handle = (records: readonly StreamRecord[], timing: Timing) => Promise<BatchResult>;

/**
 * The stack of a function that handles the records of a table's stream together, in their order: a line and a metric for
 * each that something came of. From the first that failed, Lambda brings them again, in smaller and smaller batches, until
 * what is left goes to the on-failure destination.
 */
export function onStreamBatch({ operation }: { readonly operation: string }, handle: Handle): LambdaFunction {
  return createStack([], async (event: unknown, timing): Promise<BatchResponse> => {
    correlate({ operation });
    const { Records } = parseInput(streamEvent, event);
    const about = (position: number) => {
      const eventID = Records[position]?.eventID ?? '';
      const deviceId = Records[position]?.dynamodb.Keys.id.S ?? '';
      return { deviceId, requestId: eventID, correlationId: eventID };
    };
    const { handled, failure } = await handleAll(() =>
      timed(() =>
        handle(
          Records.map(({ dynamodb }) => dynamodb),
          timing,
        ),
      ),
    );
    for (const { position, outcome, ...known } of handled) {
      const { requestId, correlationId } = about(position);
      correlate({
        deviceId: known.deviceId,
        requestId: known.requestId ?? requestId,
        correlationId: known.correlationId ?? correlationId,
      });
      reportAccepted(operation, { outcome });
    }
    if (failure === undefined) return failedFrom(undefined);
    correlate(about(failure.position));
    reportFailure(operation, failure.error);
    return failedFrom(Records[failure.position]?.dynamodb.SequenceNumber ?? '');
  });
}

/** Whatever is thrown fails the batch as a whole. */
async function handleAll(handle: () => Promise<BatchResult>): Promise<BatchResult> {
  try {
    return await handle();
  } catch (error) {
    return { handled: [], failure: { position: 0, error: error as Error } };
  }
}
