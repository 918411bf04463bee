import type { ExecutionState } from '@device-lifecycle/operator/executions/ports.ts';
import { STATE_MACHINES } from '@device-lifecycle/operator/stack.ts';
import * as z from 'zod';
import { cursorText, readCursorText } from '../cursor.ts';

const cursorSchema = z.strictObject({
  /** When the last one shown was started, in epoch milliseconds. */
  startedAt: z.number(),
  /** ARNs of those of the same millisecond that were shown. */
  shown: z.array(z.string()),
  /** AWS's own, of the page on which each list goes on; none for its first. */
  tokens: z.partialRecord(z.enum(STATE_MACHINES), z.string()),
});

/** Where a list of executions of several machines goes on, whatever has been started meanwhile. */
export type Cursor = z.infer<typeof cursorSchema>;

export const writeCursor = (cursor: Cursor): string => cursorText(cursor);

/** @throws ApiError */
export const readCursor = (text: string): Cursor => readCursorText(text, cursorSchema);

/** Whether an execution comes after what was shown. */
export function isBeyond(
  { startedAt, executionArn }: Pick<ExecutionState, 'startedAt' | 'executionArn'>,
  cursor: Cursor | undefined,
): boolean {
  if (cursor === undefined || startedAt < cursor.startedAt) return true;
  return startedAt === cursor.startedAt && !cursor.shown.includes(executionArn);
}

/** `executions`: what is shown now, at least one, the newest first. */
export function positionAfter(
  executions: readonly Pick<ExecutionState, 'startedAt' | 'executionArn'>[],
  before: Cursor | undefined,
): Pick<Cursor, 'startedAt' | 'shown'> {
  const startedAt = executions.at(-1)?.startedAt ?? 0;
  const shown = executions.filter((execution) => execution.startedAt === startedAt);
  const earlier = before?.startedAt === startedAt ? before.shown : [];
  return { startedAt, shown: [...earlier, ...shown.map(({ executionArn }) => executionArn)] };
}
