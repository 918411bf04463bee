import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { cursorText, readCursorText } from '../cursor.ts';

const key = z.record(
  z.string(),
  z.union([z.strictObject({ S: z.string() }), z.strictObject({ N: z.string() })]),
);
const cursor = z.strictObject({
  /** Which of the list's sources. */
  source: z.int().min(0).max(1),
  /** The last item looked at; none at the beginning of a source. */
  after: key.optional(),
});

/** Where a list goes on. */
export interface ListCursor {
  readonly source: number;
  readonly after?: Record<string, AttributeValue> | undefined;
}

export const writeCursor = (position: ListCursor): string => cursorText(position);

/** @throws ApiError */
export const readCursor = (text: string): ListCursor => readCursorText(text, cursor);
