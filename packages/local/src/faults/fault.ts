/** What there is an occasion of, each with its own kinds of faults. */
export type OccasionKind = 'call' | 'event' | 'invocation' | 'message' | 'batch' | 'engineCall' | 'boot';

/** What happens when a fault strikes; see docs/faults.md. */
export type Fault =
  | { readonly kind: 'error'; readonly code: string; readonly status: number }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'skew'; readonly ms: number }
  | { readonly kind: 'lostResponse' | 'kill' | 'duplicate' | 'reorder' | 'cut' };

/** One `--fault`. */
export interface FaultRule {
  /** As it was given. */
  readonly text: string;
  readonly occasion: OccasionKind;
  /** Of the names of what is struck: `SERVICE:OPERATION`, `lambda:FUNCTION`, `mqtt:TOPIC`, `streams:TABLE`… */
  readonly target: RegExp;
  readonly fault: Fault;
  /** Of each occasion, from 0 to 1. */
  readonly probability: number;
}

/** A rule that can't be followed. One sentence that says what is allowed. */
export class FaultRuleError extends Error {
  override readonly name = 'FaultRuleError';
}
