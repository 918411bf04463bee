import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { expiredPurge } from '../../../shared/domain/purge.ts';
import { aContext } from '../../support/lambda.ts';
import { DENIED, failing, THROTTLED, UPDATES, useCredentialsFunction } from './credentials-fixture.ts';

const fixture = useCredentialsFunction(() => import('../../../functions/reconcile-credentials/handler.ts'));

/** What EventBridge sends for a rule with a schedule. */
const SCHEDULED = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} };
const RUN_MS = 60_000;
const run = async (event: unknown, context = aContext(RUN_MS)) =>
  (await fixture.invoke(event, context)) as Readonly<Record<'credentials' | 'purges', object>>;
/** What it came to with the certificates. */
const reconcile = async (context = aContext(RUN_MS)) => (await run(SCHEDULED, context)).credentials;

const enrolled: string[] = [];

afterEach(async () => {
  const { client, tables } = fixture.at;
  for (const id of enrolled.splice(0)) {
    for (const TableName of [tables.devices, tables.invalidDevices]) {
      await client.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }));
    }
  }
});

/** A device that was decommissioned, and that nobody has got to; its certificate's id. */
async function moved(deviceId: string): Promise<string> {
  enrolled.push(deviceId);
  const certificateId = await fixture.enrol(deviceId);
  await fixture.decommission(deviceId);
  return certificateId;
}

async function lease(deviceId: string): Promise<void> {
  const { record } = await fixture.at.invalidDevice(deviceId);
  const credentialsWork = { lease: { id: 'of an execution', until: Date.now() + 60_000 } };
  await fixture.at.put('invalidDevices', { ...record, credentialsWork });
}

const linesAbout = (deviceId: string) => fixture.logs().filter((line) => line['deviceId'] === deviceId);
const runLine = () => fixture.logs().find(({ message }) => message === 'reconciled');
const runMetrics = () => fixture.metrics().find((line) => 'CredentialsSettled' in line);

describe('the function reconcile-credentials', () => {
  it('works off what is pending in both tables, and says so of each device and of the run', async () => {
    const back = await moved('back');
    await reconcile();
    await fixture.restore('back');
    const off = await moved('off');
    const counts = { settled: 2, deferred: 0, failed: 0, oldestPendingMs: 0 };

    expect(await reconcile()).toEqual(counts);

    expect([fixture.statusOf(off), fixture.statusOf(back)]).toEqual(['INACTIVE', 'ACTIVE']);
    expect(fixture.dropped()).toEqual(['back', 'off']);
    expect(await fixture.at.read('invalidDevices', 'off')).not.toHaveProperty('pendingSince');
    expect(await fixture.at.read('devices', 'back')).not.toHaveProperty('pendingSince');
    const line = { level: 'INFO', message: 'settled', operation: 'reconcileCredentials' };
    expect(linesAbout('off')).toMatchObject([{ ...line, outcome: 'inactive', certificateIds: [off] }]);
    expect(linesAbout('back')).toMatchObject([
      { ...line, outcome: 'inactive', certificateIds: [back] },
      { ...line, outcome: 'active', certificateIds: [back] },
    ]);
    expect(fixture.logs().at(-2)).toMatchObject({ message: 'reconciled', ...counts });
    expect(fixture.metrics().at(-2)).toMatchObject({
      CredentialsSettled: 2,
      CredentialsDeferred: 0,
      OldestPendingCredentials: 0,
    });
  });

  it.each([{}, undefined, null, 'by hand'])('asks nothing of its event: %p', async (event) => {
    await moved(`any-${crypto.randomUUID()}`);
    expect((await run(event)).credentials).toMatchObject({ settled: 1 });
  });

  it('says that nothing is pending', async () => {
    const nothing = { settled: 0, deferred: 0, failed: 0, oldestPendingMs: 0 };
    expect(await run(SCHEDULED)).toEqual({ credentials: nothing, purges: nothing });
    expect(fixture.logs()).toMatchObject([
      { message: 'reconciled', operation: 'reconcileCredentials', ...nothing },
      { message: 'reconciled', operation: 'reconcilePurges', ...nothing },
    ]);
    expect(runMetrics()).toMatchObject({ OldestPendingCredentials: 0 });
  });

  it('leaves to the next run what somebody else works on, and says how old it is', async () => {
    const busy = await moved('busy');
    await lease('busy');
    await moved('free');

    const { oldestPendingMs, ...counts } = (await reconcile()) as { readonly oldestPendingMs: number };

    expect(counts).toEqual({ settled: 1, deferred: 1, failed: 0 });
    expect(fixture.statusOf(busy)).toBe('ACTIVE');
    expect(linesAbout('busy')).toEqual([]);
    const { record } = await fixture.at.invalidDevice('busy');
    const sinceMs = Date.now() - (record.pendingSince ?? Number.NaN);
    expect(oldestPendingMs).toBeGreaterThan(0);
    expect(oldestPendingMs).toBeLessThanOrEqual(sinceMs);
    expect(runMetrics()).toMatchObject({
      CredentialsSettled: 1,
      CredentialsDeferred: 1,
      OldestPendingCredentials: Math.round(oldestPendingMs / 1000),
    });
  });

  it('leaves to the next run what AWS IoT throttles, and holds nobody up by it', async () => {
    const certificateId = await moved('throttled');
    failing(fixture.registry, UPDATES, THROTTLED);
    expect(await reconcile()).toMatchObject({ settled: 0, deferred: 1, failed: 0 });
    expect(fixture.statusOf(certificateId)).toBe('ACTIVE');

    fixture.registry.decide(() => undefined);
    expect(await reconcile()).toMatchObject({ settled: 1, deferred: 0, oldestPendingMs: 0 });
    expect(fixture.statusOf(certificateId)).toBe('INACTIVE');
  });

  it('reports a device that fails, and goes on with the others', async () => {
    const bad = await moved('bad');
    const good = await moved('good');
    failing(fixture.registry, new RegExp(`^PUT /certificates/${bad}`), DENIED);

    expect(await reconcile()).toMatchObject({ settled: 1, deferred: 0, failed: 1 });

    expect([fixture.statusOf(bad), fixture.statusOf(good)]).toEqual(['ACTIVE', 'INACTIVE']);
    expect(linesAbout('bad')).toMatchObject([{ level: 'ERROR', message: 'failed', code: DENIED.code }]);
    expect(fixture.metrics()).toContainEqual(
      expect.objectContaining({ Failed: 1, operation: 'reconcileCredentials' }),
    );
    expect(runLine()).toMatchObject({ settled: 1, failed: 1 });
    expect(runLine()).not.toHaveProperty('deviceId');
  });

  it('begins no device that it has no time to end, and still says how old the oldest is', async () => {
    const certificateId = await moved('tomorrow');
    // What the function keeps for its answer, and what a device may take.
    const counts = await reconcile(aContext(3_500 + 5_000));
    expect(counts).toEqual({ settled: 0, deferred: 0, failed: 0, oldestPendingMs: expect.any(Number) });
    expect(runMetrics()?.['OldestPendingCredentials']).toBeGreaterThan(0);
    expect(fixture.statusOf(certificateId)).toBe('ACTIVE');
  });

  it('removes what purged devices have left, once nothing else is pending', async () => {
    const certificateId = await moved('gone');
    const { record } = await fixture.at.invalidDevice('gone');
    const { client, tables, store } = fixture.at;
    await client.send(
      new DeleteItemCommand({ TableName: tables.invalidDevices, Key: { id: { S: 'gone' } } }),
    );
    const remains = expiredPurge(record, Date.now());
    await store.recordPurge(remains, fixture.at);

    expect((await run(SCHEDULED)).purges).toMatchObject({ settled: 1, oldestPendingMs: 0 });

    expect(fixture.statusOf(certificateId)).toBeUndefined();
    expect((await store.readPurge(remains.id, fixture.at))?.receipt).toMatchObject({
      thing: 'deleted',
      certificateIds: [certificateId],
    });
    expect(linesAbout('gone')).toMatchObject([
      {
        message: 'settled',
        operation: 'reconcilePurges',
        outcome: 'removed',
        certificateIds: [certificateId],
      },
    ]);
    expect(fixture.metrics().at(-1)).toMatchObject({ PurgesSettled: 1, OldestPendingPurges: 0 });
  });

  it('fails, and says so, when it cannot see what is pending', async () => {
    fixture.tables.decide(() => ({ status: 400, code: DENIED.code }));
    await expect(reconcile()).rejects.toMatchObject({ name: DENIED.code });
    expect(fixture.logs()).toMatchObject([
      { level: 'ERROR', message: 'failed', code: DENIED.code, operation: 'reconcileCredentials' },
    ]);
    expect(fixture.metrics()).toMatchObject([{ Failed: 1 }]);
  });

  it('gives up at its deadline, when DynamoDB does not answer', async () => {
    fixture.tables.decide(() => 'noAnswer');
    const attempt = reconcile(aContext(3_500 + 200));
    await expect(attempt).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(fixture.logs()).toMatchObject([{ message: 'failed', code: 'ServiceUnavailable' }]);
  });
});
