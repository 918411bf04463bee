import { LifecycleError, Rejection } from '../../../shared/errors.ts';
import { problemsOf } from '../../support/log-lines.ts';
import type { Ran } from './service.ts';
import { SECRET } from './world.ts';

/** Far below the 128 KB of a message and the 256 KB of a log event: whatever comes in, little goes out. */
const MAX_ANSWER_BYTES = 8 * 1024;
const MAX_LINE_BYTES = 64 * 1024;
/** Of a sentence that says what is wrong, and what to do. */
const MAX_MESSAGE_LENGTH = 2_500;

/** Texts that are not others'. */
const SAID_BY_US = new Set(['level', 'message', 'service', 'operation', 'outcome', 'code', 'attribute']);

class Misbehaviour extends Error {
  override readonly name = 'Misbehaviour';
}

export function demand(isMet: boolean, otherwise: () => string, cause?: unknown): void {
  if (!isMet) throw new Misbehaviour(otherwise(), { cause });
}

/** What can be shown on a terminal, and says something. */
export function judgeMessage(message: string): void {
  demand(/\S[.…]/.test(message) && message.length <= MAX_MESSAGE_LENGTH, () => `No sentence: ${message}`);
  demand(!/\p{Cc}/u.test(message), () => `Control characters: ${JSON.stringify(message)}`);
  demand(message.isWellFormed(), () => `No Unicode: ${JSON.stringify(message)}`);
  demand(!message.includes(SECRET), () => `Tells a secret: ${message}`);
}

/** What of a line its schema asks for, but for the texts in it: lines alike are good or bad together. */
function shapeOf(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return SAID_BY_US.has(name) ? value : 'text';
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([member, part]) => [member, shapeOf(part, member)]);
}

const goodShapes = new Set<string>();

function problemsOfLine(line: string): readonly string[] {
  const parsed = JSON.parse(line);
  const shape = JSON.stringify(shapeOf(parsed));
  if (goodShapes.has(shape)) return [];
  const problems = problemsOf(parsed);
  if (problems.length === 0) goodShapes.add(shape);
  return problems;
}

/** One line each, of the fields that are described, in which nothing of what devices keep is told. */
export function judgeLines(lines: readonly string[]): void {
  for (const line of lines) {
    demand(/^[^\r\n]*\n$/.test(line), () => `Not one line: ${line}`);
    demand(Buffer.byteLength(line) <= MAX_LINE_BYTES, () => `A line of ${Buffer.byteLength(line)} bytes`);
    demand(!line.includes(SECRET), () => `Tells a secret: ${line}`);
    const problems = problemsOfLine(line);
    demand(problems.length === 0, () => `${line}\n${problems.slice(0, 3).join('\n')}`);
  }
}

/** One line, and one metric: an invocation that ends without either is one that nobody hears of. */
export function judgeReport({ lines }: Ran): void {
  const parsed = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  demand(
    parsed.some(({ level }) => level !== undefined),
    () => 'There is no log line.',
  );
  // A batch may have nothing to count.
  demand(
    parsed.some(({ _aws, message }) => _aws !== undefined || message === 'batch'),
    () => 'There is no metric.',
  );
}

/** The name of an error of ours; any other is a mistake of the code. */
export function nameOf(thrown: unknown): string {
  demand(thrown instanceof LifecycleError, () => `Thrown: ${String(Object(thrown).stack)}`, thrown);
  const error = thrown as LifecycleError;
  judgeMessage(error.message);
  return error.name;
}

/** Of a task, a stream or a schedule: nobody is told but the invoker. */
export function judgeTask(ran: Ran): string {
  judgeLines(ran.lines);
  judgeReport(ran);
  if (!('thrown' in ran)) return 'accepted';
  const name = nameOf(ran.thrown);
  demand(ran.thrown instanceof Rejection, () => `${name} for an input: ${String(Object(ran.thrown).stack)}`);
  return name;
}

/** Of a rule's function: the device is told, on a topic of its own, or nobody is and it is a dead letter. */
export function judgeRule(ran: Ran, { clientId }: { readonly clientId: unknown }): string {
  judgeLines(ran.lines);
  judgeReport(ran);
  const { published } = ran.aws;
  if ('thrown' in ran) {
    const name = nameOf(ran.thrown);
    demand(name === 'InvalidInput' && published.length === 0, () => `${name} is no dead letter`);
    return 'deadLettered';
  }
  demand(published.length === 1, () => `${published.length} answers`);
  const [{ topic, payload } = { topic: '', payload: '{}' }] = published;
  const [root, id, , verdict, ...rest] = topic.split('/');
  const isOwn = root === 'devices' && id === clientId && rest.length === 0;
  demand(isOwn && ['accepted', 'rejected'].includes(String(verdict)), () => `Answers on ${topic}`);
  demand(!/[+#\p{Cc}]/u.test(topic) && Buffer.byteLength(topic) <= 1024, () => `No topic: ${topic}`);
  demand(Buffer.byteLength(payload) <= MAX_ANSWER_BYTES, () => `An answer of ${payload.length} bytes`);
  demand(!payload.includes(SECRET), () => `Tells a secret: ${payload}`);
  const { requestId, timestamp, code, message } = JSON.parse(payload);
  demand(typeof requestId === 'string' && Number.isInteger(timestamp), () => `No answer: ${payload}`);
  if (verdict === 'accepted') return 'accepted';
  judgeMessage(message);
  return code;
}
