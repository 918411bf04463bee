import { z } from 'zod';
import { DEVICE_ID_PATTERN, MAC_ADDRESS_PATTERN } from './domain/identifiers.ts';
import { MAX_RETENTION_DAYS } from './domain/retention.ts';
import { InvalidInput } from './errors.ts';

/** The largest time in epoch seconds that a JavaScript date can hold. */
const MAX_EPOCH_SECONDS = 8.64e12;
const MAX_ATTRIBUTE_DEPTH = 16;

const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Cc}*$/u, 'must not contain control characters');

/** DynamoDB keeps 38 digits, JavaScript 15: a number that either would change is refused, not rounded. */
function isStorable(value: unknown, depth = 0): boolean {
  if (depth > MAX_ATTRIBUTE_DEPTH) return false;
  if (typeof value === 'number') {
    const size = Math.abs(value);
    return Number.isInteger(value) ? Number.isSafeInteger(value) : size >= 1e-130 && size < 1e126;
  }
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((member) => isStorable(member, depth + 1));
}

export const deviceIdField = z
  .string()
  .regex(DEVICE_ID_PATTERN, 'must be 1 to 128 of the characters A-Z a-z 0-9 : _ -');
export const requestIdField = text(128);
export const serialNumberField = text(256);
export const macAddressField = z
  .string()
  .regex(MAC_ADDRESS_PATTERN, 'must be 6 or 8 octets in hexadecimal, such as 02:00:5e:10:00:0a');
export const nameField = text(256);
export const typeField = text(128);
export const attributesField = z
  .record(z.string().min(1).max(128), z.json())
  .refine(
    (value) => isStorable(value),
    'must not nest deeper than 16 levels nor hold numbers that lose digits',
  );
export const reasonField = text(1024);
export const notBeforeField = z.number().int().positive().max(MAX_EPOCH_SECONDS);
export const retentionDaysField = z.number().positive().max(MAX_RETENTION_DAYS);
export const epochMillisecondsField = z.number().int().nonnegative();
export const versionField = z.number().int().positive();

function describe({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

/**
 * @throws InvalidInput with every problem and its place
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidInput(
    `${result.error.issues.map(describe).join('; ')}. See docs/messages.md for what is expected.`,
  );
}
