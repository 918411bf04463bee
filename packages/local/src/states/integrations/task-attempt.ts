import type { JsonDocument } from '../json.ts';

/** What a task is given for one attempt. */
export interface TaskAttempt {
  readonly args: JsonDocument;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** The limits of an attempt, as the event that it is scheduled with tells them. */
export function limitsOf({ timeoutSeconds, heartbeatSeconds }: Omit<TaskAttempt, 'args'>) {
  return {
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  };
}
