import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import type { Factory } from '@device-lifecycle/test-kit/laptop/identity.ts';
import { scanTable } from '@device-lifecycle/test-kit/tables.ts';
import { type DeviceHistory, historyOf, type LifeEvent } from '../../properties/concurrency/history.ts';
import { checkInvariants } from '../../properties/concurrency/invariants.ts';
import type { PlayedRequest } from '../../properties/concurrency/play.ts';
import { problemsOfEvent } from '../../support/event-schema.ts';
import { REFUSALS } from '../../support/refusals.ts';
import { type Change, type Image, readChanges } from '../../support/table-changes.ts';
import type { CampaignDevice, Message } from './devices.ts';
import type { Ended, Operators } from './operators.ts';
import type { DeliveredEvent } from './subscriber.ts';
import type { World } from './world.ts';

/** Errors that an execution may fail with, by docs/messages.md: refusals, and faults that outlast all tries. */
const DOCUMENTED_ERRORS = new Set<string>([
  ...REFUSALS,
  'TransactionConflict',
  'Throttled',
  'ServiceUnavailable',
  'States.Timeout',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'States.ExceedToleratedFailureThreshold',
]);

/** What became of the devices, by the streams of both tables from their beginning. */
export interface Outcome {
  readonly histories: readonly DeviceHistory[];
  /** Both tables, by id. */
  readonly devices: ReadonlyMap<string, Image>;
  readonly invalidDevices: ReadonlyMap<string, Image>;
}

/** What those who work on certificates write, beside a device's life; the mark of its last step goes with it. */
const CREDENTIALS = ['credentials', 'credentialsWork', 'pendingCredentials', 'pendingSince', 'step'];

function ofLife(image: Image): Image {
  return Object.fromEntries(Object.entries(image).filter(([name]) => !CREDENTIALS.includes(name))) as Image;
}

/** Changes of what a life is about. */
function changesOfLife(changes: readonly Change[]): readonly Change[] {
  return changes
    .map(({ before, after }) => ({ before: before && ofLife(before), after: after && ofLife(after) }))
    .filter(({ before, after }) => !isDeepStrictEqual(before, after));
}

async function readImages(client: DynamoDBClient, { stack: { tables } }: World) {
  const images = async (table: string) =>
    new Map(
      [...(await scanTable(client, table))].map(([id, item]) => [id, ofLife(unmarshall(item) as Image)]),
    );
  return { devices: await images(tables.devices), invalidDevices: await images(tables.invalidDevices) };
}

/** Reads streams and tables at a moment in which nobody writes. */
export async function readOutcome(world: World, deviceIds: readonly string[]): Promise<Outcome> {
  const { clientConfig, awsEndpointUrl, tables } = world.stack;
  const client = new DynamoDBClient(clientConfig);
  try {
    return await eventually(async () => {
      const before = await readImages(client, world);
      const changes = {
        devices: changesOfLife(await readChanges(client, awsEndpointUrl, tables.devices)),
        invalidDevices: changesOfLife(await readChanges(client, awsEndpointUrl, tables.invalidDevices)),
      };
      const images = await readImages(client, world);
      if (!isDeepStrictEqual(before, images)) throw new Error('The tables are still written to.');
      return { histories: deviceIds.map((deviceId) => historyOf(deviceId, changes)), ...images };
    });
  } finally {
    client.destroy();
  }
}

const done = { verdict: 'accepted', result: {} } as const;

/** As the invariants want to know them: what devices and operators have asked for, however it went. */
function playedBy(messages: readonly Message[], { started }: Operators): readonly PlayedRequest[] {
  const registrations = messages
    .filter(({ operation }) => operation === 'register')
    .map(({ deviceId, requestId }): PlayedRequest => {
      const input = { deviceId, requestId, requestedAt: 0, serialNumber: '' };
      return { request: { operation: 'register', input }, answer: done, startedAt: 0 };
    });
  const restores = started.flatMap(({ name, deviceIds, startedAt }) =>
    deviceIds.map((deviceId): PlayedRequest => {
      const input = { deviceId, requestId: name, requestedAt: startedAt, requestedBy: 'campaign' };
      return { request: { operation: 'restore', input }, answer: done, startedAt };
    }),
  );
  return [...registrations, ...restores];
}

/** The invariants of the tables. @throws Violation */
export function checkTables(
  outcome: Outcome,
  asked: {
    readonly messages: readonly Message[];
    readonly operators: Operators;
    readonly nowEpochMs: number;
  },
): void {
  const played = playedBy(asked.messages, asked.operators);
  checkInvariants({ ...outcome, played, nowEpochMs: asked.nowEpochMs });
}

/** Whether it came again after a purge: which of both its certificate was left by, or removed with, is not told here. */
const cameAgain = (history: DeviceHistory | undefined): boolean =>
  history?.active !== undefined && history.events.some(({ kind }) => kind === 'purged');

/** Where a device is, and what its certificate has to be there; a purged one has none. */
function accessOf(history: DeviceHistory | undefined): readonly [where: string, status: string | undefined] {
  if (history?.lying !== undefined) return ['out of service', 'INACTIVE'];
  const isGone = history?.active === undefined && history?.events.at(-1)?.kind === 'purged';
  return isGone ? ['purged', undefined] : ['in service', 'ACTIVE'];
}

/** What is wrong with the certificates and sessions of devices, for people. */
export async function problemsOfAccess(
  { histories }: Outcome,
  devices: readonly CampaignDevice[],
  factory: Factory,
): Promise<readonly string[]> {
  const problems = devices.map(async ({ identity, deviceId, isConnected }) => {
    const history = histories.find((one) => one.deviceId === deviceId);
    if (cameAgain(history)) return [];
    const [where, expected] = accessOf(history);
    const status = await factory.statusOf(identity);
    return [
      ...(status === expected ? [] : [`the certificate of ${deviceId}, which is ${where}, is ${status}`]),
      ...(isConnected && expected !== 'ACTIVE' ? [`${deviceId}, which is ${where}, has a session`] : []),
    ];
  });
  return (await Promise.all(problems)).flat();
}

/** Executions that have not ended, or not as docs/messages.md has it. */
export const strangeEnds = (ends: readonly Ended[]): readonly Ended[] =>
  ends.filter(
    ({ status, error }) =>
      status !== 'SUCCEEDED' && !(status === 'FAILED' && DOCUMENTED_ERRORS.has(error ?? '')),
  );

/** What each step of a life is told as. */
function eventIdOf({ kind, ...event }: LifeEvent): string | undefined {
  const { id, registeredAt, version } = 'after' in event ? event.after : event.before;
  const idOf = (after: number) => `${id}/${registeredAt}/${version * 2 + after}`;
  switch (kind) {
    case 'registered':
    case 'restored':
      return idOf(0);
    case 'changed':
      return 'before' in event && event.before.version !== version ? idOf(0) : undefined;
    case 'decommissioned':
      return idOf(1);
    case 'purged':
      return idOf(2);
    default:
      return undefined;
  }
}

/** What is wrong with the events on the bus: each step of each life is told, nothing else, and always the same way. */
export function problemsOfEvents(
  { histories }: Outcome,
  delivered: readonly DeliveredEvent[],
): readonly string[] {
  const expected = new Set(
    histories.flatMap(({ events }) => events.map(eventIdOf)).filter((id) => id !== undefined),
  );
  const told = new Map<string, string>();
  const problems: string[] = [];
  for (const event of delivered) {
    const { id } = event.detail;
    const text = JSON.stringify(event.detail);
    problems.push(...problemsOfEvent(event).map((problem) => `${id}: ${problem}`));
    if (!expected.has(id))
      problems.push(`${id} (${event['detail-type']}) tells of nothing that has happened`);
    if (told.has(id) && told.get(id) !== text) problems.push(`${id} was told in two ways`);
    told.set(id, text);
  }
  const untold = [...expected].filter((id) => !told.has(id));
  return [...problems, ...untold.map((id) => `${id} was not told`)];
}
