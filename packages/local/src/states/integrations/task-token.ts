/** What a token tells of its task. */
export interface TokenParts {
  readonly executionArn: string;
  readonly taskId: string;
}

const MARK = 'AQoDYXdzl';

/** The token of a task: opaque to whoever is given it. */
export function taskToken({ executionArn, taskId }: TokenParts): string {
  return MARK + Buffer.from(JSON.stringify([executionArn, taskId])).toString('base64');
}

/** Reads a token; undefined for what is none. */
export function readTaskToken(token: string): TokenParts | undefined {
  if (!token.startsWith(MARK)) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(token.slice(MARK.length), 'base64').toString('utf8'));
    if (!Array.isArray(parts)) return undefined;
    const [executionArn, taskId] = parts;
    return typeof executionArn === 'string' && typeof taskId === 'string'
      ? { executionArn, taskId }
      : undefined;
  } catch {
    // Not a token of ours.
    return undefined;
  }
}
