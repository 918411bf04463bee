/** An event of a log group, as it is kept. */
export interface LogEvent {
  readonly logStreamName: string;
  readonly message: string;
  readonly timestampMs: number;
  readonly ingestionTimeMs: number;
  /** Its number within the group, from 0. */
  readonly sequence: number;
}
