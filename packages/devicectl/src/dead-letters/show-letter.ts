import type { LetterSummary } from '@device-lifecycle/operator/dead-letters/describe.ts';
import type { RedrivePlan } from '@device-lifecycle/operator/dead-letters/plan-redrive.ts';
import type { DeadLetterQueue } from '@device-lifecycle/operator/dead-letters/ports.ts';
import {
  type LetterDescription,
  readOneLetter,
} from '@device-lifecycle/operator/dead-letters/read-letters.ts';
import { EXIT, UsageError } from '@device-lifecycle/operator/errors.ts';
import { printable, printableLine } from '@device-lifecycle/operator/output/printable.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { CommandContext } from '../command.ts';

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
  const options = { clock, signal, warn: terminal.error };
  const letter = await readOneLetter(queue, stack.name, id, options);
  terminal.out(printable(values.flag('json') ? JSON.stringify(letter, null, 2) : asText(letter)));
  return EXIT.done;
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

function asText(letter: LetterDescription): string {
  const fields = LABELS.filter(([, key]) => letter[key] !== undefined).map(
    ([label, key]) => `${label.padEnd(10)}  ${printableLine(String(letter[key]))}`,
  );
  const { payload, redrive, body } = letter;
  const parts = [fields.join('\n'), describePlan(redrive)];
  if (payload !== undefined) {
    const { base64, text } = payload;
    parts.push(text === undefined ? `Payload (base64)\n${base64}` : `Payload\n${text}`);
  }
  parts.push(`Message\n${pretty(body)}`);
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
