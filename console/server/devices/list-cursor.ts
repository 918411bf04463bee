import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { ApiError } from '../api-error.ts';

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

export const writeCursor = (position: ListCursor): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** @throws ApiError */
export function readCursor(text: string): ListCursor {
  try {
    return cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (cause) {
    throw new ApiError('invalid', 'The cursor is none of this list: begin at its top again.', { cause });
  }
}
