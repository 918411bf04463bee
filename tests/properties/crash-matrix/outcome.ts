import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Cloud } from './cloud.ts';
import type { Outcome as ExecutionOutcome } from './executions.ts';
import { type Items, TABLE_NAMES } from './kept-tables.ts';

/**
 * What may differ after a crash, since it says when something was done, or by whom it was being done: times of this
 * system's clocks (those of requests are not among them), and ids that are made anew at each try.
 */
const TIMES = new Set([
  'at',
  'ttl',
  'remainingSeconds',
  'updatedAt',
  'pendingSince',
  'completedAt',
  'recordRemovedAt',
  'until',
  'timestamp',
  'creationDateMs',
  'lastModifiedDateMs',
]);
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** In texts: as AWS writes it, and the epoch seconds of a report. */
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=,)\d{10}(?=,)/g;

/** When an operator's command has got to starting an execution, which is when its request is made. */
const WITH_STARTS = new Set([...TIMES, 'requestedAt']);

/** The same, but for what may differ; whether it is there may not. */
export function comparable(value: unknown, name = '', times: ReadonlySet<string> = TIMES): unknown {
  if (typeof value === 'number' && times.has(name)) return '(a time)';
  if (typeof value === 'string') return value.replaceAll(UUID, '(an id)').replaceAll(TIME, '(a time)');
  if (Array.isArray(value)) return value.map((each) => comparable(each, '', times));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, comparable(each, key, times)] as const);
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The same, for what was started by an operator who was killed at it. */
export const withoutStarts = (world: World): World => comparable(world, '', WITH_STARTS) as World;

/** All that can be seen once nothing is left to do. */
export interface World {
  readonly tables: unknown;
  readonly iot: unknown;
  readonly sessions: readonly string[];
  readonly answers: unknown;
  readonly events: unknown;
  readonly executions: unknown;
  readonly objects: unknown;
  readonly deadLetters: readonly string[];
  /** What an operator's command has said, or written. */
  readonly reported: unknown;
}

const itemsById = (items: Items) =>
  Object.fromEntries(
    TABLE_NAMES.map((table) => [
      table,
      comparable(
        Object.fromEntries(
          [...items[table]].map(([id, item]) => [id.replace(UUID, '(an id)'), unmarshall(item)]),
        ),
      ),
    ]),
  );

/** At least once each, and the same whenever it is told again. @throws Error for an event that is told in two ways */
function eventsById({ told }: Cloud): unknown {
  const byId = new Map<string, string>();
  for (const event of told) {
    const text = JSON.stringify(event);
    const before = byId.get(event.detail.id);
    if (before !== undefined && before !== text) {
      throw new Error(`The event ${event.detail.id} is told in two ways:\n${before}\n${text}`);
    }
    byId.set(event.detail.id, text);
  }
  const entries = [...byId].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([, text]) => comparable(JSON.parse(text)));
}

/** At least once each. */
const answersOnce = ({ iot }: Cloud): unknown =>
  [...new Set(iot.answers.map((answer) => JSON.stringify(comparable(answer))))].toSorted();

/**
 * The same but for how far executions say that they have got: whoever is killed twice may use up an execution's
 * retries, so that it ends with `pending`, and the schedule does the rest.
 */
export const withoutProgress = ({ executions, ...world }: World): World => ({
  ...world,
  executions: (executions as readonly { readonly output?: object }[]).map(({ output, ...execution }) => {
    const { credentials: _, remains: __, receipt: ___, ...said } = Object(output);
    return { ...execution, output: said };
  }),
});

export async function observe(
  cloud: Cloud,
  {
    executions,
    ...rest
  }: {
    readonly executions: readonly ExecutionOutcome[];
    readonly deadLetters: readonly string[];
    readonly reported: unknown;
  },
): Promise<World> {
  const { collections, sessions } = cloud.iot.state();
  const objects = [...(await cloud.readObjects())].map(([key, content]) => [key, linesOf(content)]);
  return {
    tables: itemsById(await cloud.tables.read()),
    iot: comparable(
      Object.fromEntries(
        [...collections]
          .filter(([name]) => name !== 'deletedShadows')
          .map(([name, map]) => [name, Object.fromEntries(map)]),
      ),
    ),
    sessions: [...sessions].toSorted(),
    answers: answersOnce(cloud),
    events: eventsById(cloud),
    executions: comparable(executions.map(({ output, ...how }) => ({ ...how, output: parse(output) }))),
    objects: comparable(
      Object.fromEntries(objects.map(([key, lines]) => [String(key).replaceAll(UUID, '(an id)'), lines])),
    ),
    ...rest,
    reported: comparable(rest.reported),
  };
}

const parse = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

/** In any order: results come as batches end. */
const linesOf = (content: string): readonly unknown[] =>
  content
    .split('\n')
    .map((line) => {
      try {
        return comparable(JSON.parse(line));
      } catch {
        return comparable(line);
      }
    })
    .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
