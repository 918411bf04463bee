import type { Operation } from '../concurrency/plan.ts';
import type { Answer } from '../concurrency/play.ts';

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
  /** When the engine has taken a write of it, and has said so. */
  writtenAt?: number;
  /** The same, but that nobody has heard the engine's answer. */
  writtenUnheardAt?: number;
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
