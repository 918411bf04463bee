import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { describe, expect, it } from '@jest/globals';
import type { DevicePage, DeviceRow } from '../../../src/contract/devices.ts';
import { readCursor } from '../../../src/server/devices/list-cursor.ts';
import { type ListQuery, listPage } from '../../../src/server/devices/list-page.ts';
import type { ConsoleTools } from '../../../src/server/tools.ts';

const fixture = useStore();
const NOW_SECONDS = START / 1_000;

/** A console's tools over the tables of a test. */
const tools = (): ConsoleTools =>
  ({
    clients: { dynamoDb: fixture.at.client },
    stack: { tables: fixture.at.tables, clientConfig: {} },
    clock: { now: () => START },
  }) as unknown as ConsoleTools;

const positionOf = (cursor: string | undefined) => (cursor === undefined ? undefined : readCursor(cursor));

/** All pages of a list, one after the other. */
async function pagesOf(query: Omit<ListQuery, 'cursor'>, from = tools()): Promise<readonly DevicePage[]> {
  const pages: DevicePage[] = [];
  do pages.push(await listPage(from, { ...query, cursor: positionOf(pages.at(-1)?.cursor) }));
  while (pages.at(-1)?.cursor !== undefined);
  return pages;
}

async function all(query: Omit<ListQuery, 'cursor'>): Promise<readonly DeviceRow[]> {
  const pages = await pagesOf(query);
  return pages.flatMap(({ rows }) => rows).sort((one, other) => (one.key < other.key ? -1 : 1));
}

const idsOf = async (query: Omit<ListQuery, 'cursor'>) => (await all(query)).map(({ key }) => key);

const out = (id: string, changes: object = {}) => ({
  ...aDevice({ id }),
  decommission: aDecommission(),
  credentials: 'inactive',
  ttl: NOW_SECONDS + 60,
  ...changes,
});

async function seed(): Promise<void> {
  const { put } = fixture.at;
  await put('devices', aDevice({ id: 'in-1', type: 'meter', name: 'Tor 7' }));
  await put('devices', { ...aDevice({ id: 'in-2' }), pendingCredentials: '3', pendingSince: START });
  await put('devices', { id: 'serialNumber#SN-in-1', deviceId: 'in-1' });
  await put('invalidDevices', out('out-1', { type: 'meter', pendingCredentials: '4', pendingSince: START }));
  await put('invalidDevices', out('held-1', { ttl: undefined, ghost: { count: 3, lastSeenAt: START } }));
  await put('invalidDevices', out('expired-1', { ttl: NOW_SECONDS, ghost: { count: 1, lastSeenAt: START } }));
  const purge = { device: { serialNumber: 'SN-gone', type: 'meter' }, purge: { at: START, source: 'ttl' } };
  await put('invalidDevices', {
    id: 'purge#gone#ttl#1',
    deviceId: 'gone',
    ...purge,
    pendingCredentials: 'purge-1',
    pendingSince: START,
  });
  const done = { deviceId: 'done', ...purge, receipt: { completedAt: START } };
  await put('invalidDevices', { id: 'purge#done#ttl#1', ...done, ttl: NOW_SECONDS + 60 });
  await put('invalidDevices', { id: 'purge#long-ago#ttl#1', ...done, ttl: NOW_SECONDS - 60 });
}

describe('lists of devices', () => {
  it('have each what is in them, by the clock of the stack: what has expired is gone', async () => {
    await seed();
    expect(await idsOf({ list: 'active' })).toEqual(['in-1', 'in-2']);
    expect(await idsOf({ list: 'decommissioned' })).toEqual(['held-1', 'out-1']);
    expect(await idsOf({ list: 'pending' })).toEqual(['in-2', 'out-1']);
    expect(await idsOf({ list: 'held' })).toEqual(['held-1']);
    expect(await idsOf({ list: 'ghosts' })).toEqual(['held-1']);
    expect(await all({ list: 'purging' })).toMatchObject([
      { key: 'expired-1', state: 'expired' },
      { key: 'purge#done#ttl#1', deviceId: 'done', state: 'purged', serialNumber: 'SN-gone' },
      { key: 'purge#gone#ttl#1', deviceId: 'gone', state: 'purging', purgedAt: START },
    ]);
  });

  it('are narrowed down by type and by a part of what a device is called', async () => {
    await seed();
    expect(await idsOf({ list: 'active', text: 'Tor' })).toEqual(['in-1']);
    expect(await idsOf({ list: 'active', text: 'SN-in-2' })).toEqual(['in-2']);
    expect(await idsOf({ list: 'active', type: 'meter', text: 'in-2' })).toEqual([]);
    expect(await idsOf({ list: 'pending', type: 'meter' })).toEqual(['out-1']);
    expect(await idsOf({ list: 'purging', type: 'meter', text: 'SN-gone' })).toHaveLength(2);
  });

  it('show records of any shape', async () => {
    const strange = { id: 'strange', presence: 'yes', lastSeenAt: 'never', type: 7, ttl: 'x' };
    await fixture.at.put('devices', strange);
    expect(await all({ list: 'active' })).toEqual([{ key: 'strange', deviceId: 'strange', state: 'active' }]);
  });

  it('come page by page, each device once, and pages that look for long end without any', async () => {
    const { client, put } = fixture.at;
    const ids = Array.from({ length: 240 }, (_, index) => `d-${String(index).padStart(4, '0')}`);
    for (const id of ids) await put('devices', aDevice({ id }));
    // As if records were so large that a call comes to its end with seven.
    const dynamoDb = {
      send: ({ input }: ScanCommand) => client.send(new ScanCommand({ ...input, Limit: 7 })),
    };
    const slow = { ...tools(), clients: { dynamoDb } } as unknown as ConsoleTools;
    const pages = await pagesOf({ list: 'active' }, slow);
    expect(pages.map(({ looked }) => looked)).toEqual([70, 70, 70, 30]);
    const found = pages.flatMap(({ rows }) => rows.map(({ deviceId }) => deviceId));
    expect(found.sort()).toEqual(ids);
    const none = await listPage(slow, { list: 'active', text: 'nothing is called so' });
    expect(none).toMatchObject({ rows: [], looked: 70, cursor: expect.any(String) });
  });
});

it('does not go by a cursor of somebody else', () => {
  for (const text of ['', 'x', Buffer.from('{"source":0,"after":{"id":7}}').toString('base64url')]) {
    expect(() => readCursor(text)).toThrow('The cursor is none of this list');
  }
});
