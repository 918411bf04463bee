import type { ProblemKind } from '../contract/problem.ts';

/** Answers a request with a problem. `message`: one sentence that says what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ProblemKind;

  constructor(kind: ProblemKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
