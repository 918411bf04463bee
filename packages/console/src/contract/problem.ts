/**
 * What kind of a failure it is, for the page to choose what to show. `token`: the link is that of an earlier console;
 * `readOnly`: this console changes nothing; `foreign`: the request came from another site; the others are of AWS.
 */
export type ProblemKind =
  | 'token'
  | 'readOnly'
  | 'foreign'
  | 'forbidden'
  | 'credentials'
  | 'unreachable'
  | 'throttled'
  | 'notFound'
  | 'noStack'
  | 'invalid'
  | 'failed';

/** What the body of every response says that is not 2xx, and the last line of a stream that failed. */
export interface Problem {
  readonly kind: ProblemKind;
  /** One sentence, in English: what went wrong and what to do. */
  readonly message: string;
}
