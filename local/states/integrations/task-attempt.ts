import type { JsonDocument } from './json.ts';

/** What a task is given for one attempt. */
export interface TaskAttempt {
  readonly resource: string;
  readonly args: JsonDocument;
  readonly timeoutSeconds: number | undefined;
}
