import type { Call } from '../../support/faults.ts';
import type { Operation } from '../concurrency/plan.ts';
import type { Answer } from '../concurrency/play.ts';

/** A write that the engine has taken. */
export interface Write {
  /** A step. */
  readonly at: number;
  /** By the clock of whoever made it: earlier than it was taken, where it was repeated or late. */
  readonly madeAtEpochMs: number;
}

/** One try of a request, as its client sees it, and what the simulation knows besides. Moments are steps of the schedule. */
export interface Attempt {
  readonly index: number;
  readonly client: string;
  readonly request: Operation;
  /** 1 for the first; whoever has failed is tried again. */
  readonly tries: number;
  readonly invokedAt: number;
  /** Absent where nobody was left to hear of it. */
  returnedAt?: number;
  answer?: Answer;
  /** What the client's clock has said to it: epoch milliseconds, in their order. */
  readonly times: number[];
  /** The first that the engine has taken, and has said so. */
  written?: Write;
  /** The same, but that nobody has heard the engine's answer. */
  writtenUnheard?: Write;
  /** Whether anything but time has come in its way. */
  isDisturbed: boolean;
  /** The last write, if a condition has refused it and nothing has been looked at since. */
  refused?: { readonly items: number; readonly epochSeconds: number } | undefined;
  /** Whether it has made such a write once more, in the same second: a failed condition is an answer. */
  insists: boolean;
  /** When a call of it has last got to the engine. */
  reachedAt?: number;
}

/** TTL has removed a record out of service, or a guard of one. */
export interface Sweep {
  readonly deviceId: string;
  /** Absent where it was the record. */
  readonly guardId?: string;
  readonly sweptAt: number;
}

/** Of what the model knows: a ghost is counted by the way, and looked at in the tables alone. */
export const isWrite = ({ commandName, input }: Call): boolean =>
  commandName === 'TransactWriteItemsCommand' ||
  ('UpdateExpression' in input && input.UpdateExpression?.includes('#set_ghost') === false);

/** Notes that a condition has refused a write, if it has, and whether it was made again though one had. */
export function noteRefusal(attempt: Attempt, { input }: Call, madeAtEpochMs: number, codes?: string): void {
  const items = 'TransactItems' in input ? (input.TransactItems?.length ?? 0) : 0;
  const epochSeconds = Math.floor(madeAtEpochMs / 1000);
  const { refused } = attempt;
  if (refused?.items === items && refused.epochSeconds === epochSeconds) attempt.insists = true;
  const isRefused =
    codes?.includes('ConditionalCheckFailed') === true && !codes.includes('TransactionConflict');
  attempt.refused = isRefused ? { items, epochSeconds } : undefined;
}
