import type { CommandContext } from '../command.ts';
import { CliError, EXIT, UsageError } from '../errors.ts';
import { printable, printableLine } from '../output/printable.ts';
import type { Stack } from '../stack.ts';
import { type LetterSummary, summarise } from './describe.ts';
import { planRedrive, type RedrivePlan } from './plan-redrive.ts';
import type { DeadLetterQueue } from './ports.ts';
import { type HeldLetter, withLetters } from './scan.ts';

export async function showLetter(
  context: CommandContext,
  stack: Stack,
  queue: DeadLetterQueue,
): Promise<number> {
  const { positionals, values, terminal, clock, signal } = context;
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0) {
    throw new UsageError('Give one message id, as "dead-letters list" shows them.');
  }
  const options = { stackName: stack.name, clock, signal, ids: [id], warn: terminal.error };
  const text = await withLetters(queue, options, async ({ letters, sawAll }) => {
    const found = letters.find(({ message }) => message.messageId === id);
    if (found === undefined) throw notFound(id, sawAll);
    return values.flag('json') ? asJson(found, stack) : asText(found, stack);
  });
  terminal.out(printable(text));
  return EXIT.done;
}

export function notFound(id: string, sawAll: boolean): CliError {
  const advice = sawAll
    ? 'it was dealt with, or somebody else has it in hand: list again in a minute'
    : 'the queue has more than was looked at: try again';
  return new CliError(`There is no dead letter ${id}: ${advice}.`, { exitCode: EXIT.notFound });
}

interface Payload {
  readonly base64: string;
  /** Where it is UTF-8. */
  readonly text?: string;
}

function payloadOf(base64: string): Payload {
  try {
    return { base64, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64')) };
  } catch {
    return { base64 };
  }
}

function asJson({ letter, message }: HeldLetter, stack: Stack): string {
  const { payloadBase64 } = letter;
  const shown = {
    ...summarise(letter, message, stack.name),
    ...(payloadBase64 !== undefined && { payload: payloadOf(payloadBase64) }),
    redrive: planRedrive(letter, message, stack.name),
    body: message.body,
  };
  return JSON.stringify(shown, null, 2);
}

const LABELS: readonly (readonly [string, keyof LetterSummary])[] = [
  ['message id', 'messageId'],
  ['sent at', 'sentAt'],
  ['kind', 'kind'],
  ['function', 'functionName'],
  ['rule', 'ruleName'],
  ['device', 'deviceId'],
  ['topic', 'topic'],
  ['tries', 'tries'],
  ['error', 'error'],
];

function asText({ letter, message }: HeldLetter, stack: Stack): string {
  const summary = summarise(letter, message, stack.name);
  const fields = LABELS.filter(([, key]) => summary[key] !== undefined).map(
    ([label, key]) => `${label.padEnd(10)}  ${printableLine(String(summary[key]))}`,
  );
  const { payloadBase64 } = letter;
  const parts = [fields.join('\n'), describePlan(planRedrive(letter, message, stack.name))];
  if (payloadBase64 !== undefined) {
    const { text } = payloadOf(payloadBase64);
    parts.push(text === undefined ? `Payload (base64)\n${payloadBase64}` : `Payload\n${text}`);
  }
  parts.push(`Message\n${pretty(message.body)}`);
  return parts.join('\n\n');
}

function describePlan(plan: RedrivePlan): string {
  if (plan.action === 'none') return `redrive     cannot send it. ${plan.why}.`;
  const does =
    plan.action === 'invoke'
      ? `invokes ${plan.functionName} asynchronously.`
      : `reads ${plan.batch.batchSize} records from the stream again and has ${plan.functionName} handle them.`;
  return [`redrive     ${does}`, ...plan.notes.map((note) => `            ${note}`)].join('\n');
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
