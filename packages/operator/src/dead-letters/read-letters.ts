import { CliError, EXIT } from '../errors.ts';
import { type LetterSummary, summarise } from './describe.ts';
import { planRedrive, type RedrivePlan } from './plan-redrive.ts';
import type { DeadLetterQueue, QueueCount } from './ports.ts';
import { type HeldLetter, type ScanOptions, withLetters } from './scan.ts';
import { type LetterFilter, select } from './selection.ts';

/** Of whoever wants letters. */
export type LetterOptions = Pick<ScanOptions, 'clock' | 'signal' | 'warn'>;

/** What `dead-letters list --json` prints. A contract: see docs/operations.md. */
export interface LetterList {
  /** The oldest first. */
  readonly letters: readonly LetterSummary[];
  /** Whether the queue had no more than was looked at. */
  readonly sawAll: boolean;
  readonly approximateCount: QueueCount;
}

type Queue = Pick<DeadLetterQueue, 'count'> & Parameters<typeof withLetters>[0];

/** The letters that a filter lets through. They are hidden from others for as long as it takes. */
export async function readLetters(
  queue: Queue,
  stackName: string,
  filter: LetterFilter,
  options: LetterOptions,
): Promise<LetterList> {
  const approximateCount = await queue.count();
  return withLetters(queue, { stackName, ...options }, async ({ letters, sawAll }) => ({
    letters: select(letters, { ...filter, ids: [] }, stackName).map(({ letter, message }) =>
      summarise(letter, message, stackName),
    ),
    sawAll,
    approximateCount,
  }));
}

/** What a device has sent. */
export interface Payload {
  readonly base64: string;
  /** Where it is UTF-8. */
  readonly text?: string;
}

/** What `dead-letters show --json` prints. A contract: see docs/operations.md. */
export interface LetterDescription extends LetterSummary {
  readonly payload?: Payload;
  readonly redrive: RedrivePlan;
  /** The message, as it is in the queue. */
  readonly body: string;
}

/** One letter, by its message id. @throws CliError when it is not found */
export function readOneLetter(
  queue: DeadLetterQueue,
  stackName: string,
  messageId: string,
  options: LetterOptions,
): Promise<LetterDescription> {
  return withLetters(queue, { stackName, ...options, ids: [messageId] }, async ({ letters, sawAll }) => {
    const found = letters.find(({ message }) => message.messageId === messageId);
    if (found === undefined) throw notFound(messageId, sawAll);
    return describeLetter(found, stackName);
  });
}

function describeLetter({ letter, message }: HeldLetter, stackName: string): LetterDescription {
  const { payloadBase64 } = letter;
  return {
    ...summarise(letter, message, stackName),
    ...(payloadBase64 !== undefined && { payload: payloadOf(payloadBase64) }),
    redrive: planRedrive(letter, message, stackName),
    body: message.body,
  };
}

function payloadOf(base64: string): Payload {
  try {
    return { base64, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64')) };
  } catch {
    return { base64 };
  }
}

/** Throws `CliError` for ids that are not among the letters: nothing is begun then. */
export function assertFound(ids: readonly string[], letters: readonly HeldLetter[], sawAll: boolean): void {
  const missing = ids.find((id) => !letters.some(({ message }) => message.messageId === id));
  if (missing !== undefined) throw notFound(missing, sawAll);
}

function notFound(id: string, sawAll: boolean): CliError {
  const advice = sawAll
    ? 'it was dealt with, or somebody else has it in hand: list again in a minute'
    : 'the queue has more than was looked at: try again';
  return new CliError(`There is no dead letter ${id}: ${advice}.`, { exitCode: EXIT.notFound });
}
