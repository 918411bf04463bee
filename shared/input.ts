import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { asStored, findStorageProblem } from './domain/attributes.ts';
import { DEVICE_ID_PATTERN, MAC_ADDRESS_PATTERN } from './domain/identifiers.ts';
import { MAX_RETENTION_DAYS } from './domain/retention.ts';
import { InvalidInput, printable } from './errors.ts';

// Leaner than the whole of zod, by a quarter of a function's cold start, but mute until it is given a language.
z.config(en());

/** The largest time that a JavaScript date can hold. */
const MAX_EPOCH_MILLISECONDS = 8.64e15;
const MAX_EPOCH_SECONDS = MAX_EPOCH_MILLISECONDS / 1000;
/** An answer has to fit into a message, however much is wrong. */
const MAX_PROBLEMS_LENGTH = 2_000;

/** Without control characters (Cc) and halves of surrogate pairs (Cs; both halves together are one character). */
const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;

const whyNotPlain = (value: string): string =>
  value.isWellFormed() ? 'must not contain control characters' : 'must be well-formed Unicode';

const text = (maxLength: number) =>
  z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(maxLength),
      z.regex(PLAIN_TEXT, { error: ({ input }) => whyNotPlain(String(input)) }),
    );

export const deviceIdField = z
  .string()
  .check(z.regex(DEVICE_ID_PATTERN, 'must be 1 to 128 of the characters A-Z a-z 0-9 : _ -'));
export const requestIdField = text(128);
/** An ARN, a trace id, or whatever else finds its lines in a log. */
export const correlationIdField = text(2048);
/** The longest has the ids of a device and of a request in it; no key of DynamoDB may have more than 2 KB. */
export const purgeIdField = text(512);
export const sessionIdentifierField = text(256);
export const serialNumberField = text(256);
export const macAddressField = z
  .string()
  .check(z.regex(MAC_ADDRESS_PATTERN, 'must be 6 or 8 octets in hexadecimal, such as 02:00:5e:10:00:0a'));
export const nameField = text(256);
export const typeField = text(128);
/** Looked through before its members are parsed, which takes a call each level and would run out of stack. */
export const attributesField = z.pipe(
  z.unknown().check(
    z.superRefine((value, context) => {
      const message = findStorageProblem(value);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
  ),
  z.pipe(z.record(z.string(), z.json()), z.transform(asStored)),
);
export const reasonField = text(1024);
export const notBeforeField = z.int().check(z.positive(), z.maximum(MAX_EPOCH_SECONDS));
export const retentionDaysField = z.number().check(z.positive(), z.maximum(MAX_RETENTION_DAYS));
export const epochMillisecondsField = z.int().check(z.nonnegative(), z.maximum(MAX_EPOCH_MILLISECONDS));
export const versionField = z.int().check(z.positive());

/** What a decommissioning says besides the device, of one or of many. */
export const decommissionFields = {
  reason: reasonField,
  requestedBy: reasonField,
  retentionDays: z.optional(retentionDaysField),
  legalHold: z.optional(z.boolean()),
};
interface HoldOrRetention {
  readonly legalHold?: boolean | undefined;
  readonly retentionDays?: number | undefined;
}
export const eitherHoldOrRetention = z.refine<HoldOrRetention>(
  ({ legalHold, retentionDays }) => legalHold !== true || retentionDays === undefined,
  'legalHold keeps a record without end: leave out retentionDays',
);

/** What a restore says besides the device, of one or of many. */
export const restoreFields = { requestedBy: reasonField, reason: z.optional(reasonField) };

/** What is wrong, in the words of whoever sent it. */
function problem(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be of the type ${issue.expected}`;
    case 'unrecognized_keys':
      return `unknown: ${issue.keys.join(', ')}`;
    default:
      return issue.message;
  }
}

function describe(issue: z.core.$ZodIssue): string {
  return issue.path.length === 0 ? problem(issue) : `${issue.path.join('.')}: ${problem(issue)}`;
}

/**
 * @throws InvalidInput with every problem and its place, as far as a message can hold them
 */
export function parseInput<S extends z.ZodMiniType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const problems = printable(result.error.issues.map(describe).join('; '));
  const isLong = problems.length > MAX_PROBLEMS_LENGTH;
  const told = isLong ? `${problems.slice(0, MAX_PROBLEMS_LENGTH).toWellFormed()}…` : `${problems}.`;
  throw new InvalidInput(`${told} See docs/messages.md for what is expected.`);
}
