import type * as z from 'zod';
import { ApiError } from './api-error.ts';

/** Where a list goes on, as text for the page to give back. */
export const cursorText = (position: object): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** Reads what `cursorText` has written. @throws ApiError */
export function readCursorText<T>(text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (cause) {
    throw new ApiError('invalid', 'The cursor is none of this list: begin at its top again.', { cause });
  }
}
