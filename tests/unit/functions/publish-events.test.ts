import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { recordHeartbeat } from '../../../shared/commands/record-heartbeat.ts';
import { problemsOfEvent } from '../../support/event-schema.ts';
import { aContext } from '../../support/lambda.ts';
import { problemsOf } from '../../support/log-lines.ts';
import { createRequests } from '../../support/requests.ts';
import { readStream, type StreamRecord } from '../../support/table-changes.ts';
import { keepLines, SAYING, type SaidLine } from '../said-lines.ts';
import { type FakeEventBus, startFakeEventBus } from './fake-event-bus.ts';
import { useFunction } from './function-fixture.ts';

let bus: FakeEventBus;
const fixture = useFunction(async () => {
  bus = await startFakeEventBus();
  Object.assign(process.env, SAYING, { AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url, EVENT_BUS_NAME: 'the-bus' });
  return import('../../../functions/publish-events/handler.ts');
});

/** So little time that nothing is tried twice. */
const inAHurry = () => aContext(3_500);

describe('the function publish-events', () => {
  let lines: SaidLine[];
  let seen: Record<'devices' | 'invalidDevices', number>;

  /** What was written to a table since it was last asked, as its stream has it. */
  async function streamed(table: 'devices' | 'invalidDevices'): Promise<readonly StreamRecord[]> {
    const endpoint = String(process.env['AWS_ENDPOINT_URL_DYNAMODB']);
    const records = await readStream(fixture.at.client, endpoint, fixture.at.tables[table]);
    const fresh = records.slice(seen[table]);
    seen[table] = records.length;
    return fresh;
  }
  const invoke = (Records: readonly StreamRecord[], context = aContext()) =>
    fixture.invoke({ Records }, context);
  const types = () => bus.take().map((event) => [event.detail.deviceId, event['detail-type']]);
  const logs = () => lines.filter((line) => 'level' in line);
  const numberOf = (record: StreamRecord | undefined) => record?.dynamodb.SequenceNumber ?? 'none';
  const failedFrom = (record: StreamRecord | undefined) => ({
    batchItemFailures: [{ itemIdentifier: numberOf(record) }],
  });
  const whole = { batchItemFailures: [] };

  async function register(...deviceIds: string[]): Promise<readonly StreamRecord[]> {
    const requests = createRequests(fixture.at);
    for (const deviceId of deviceIds) await requests.register({ deviceId, serialNumber: `SN-${deviceId}` });
    const records = await streamed('devices');
    return records.filter(({ dynamodb: { NewImage } }) => 'step' in (NewImage ?? {}));
  }

  beforeEach(async () => {
    seen = { devices: 0, invalidDevices: 0 };
    await streamed('devices');
    await streamed('invalidDevices');
    bus.refuse(() => undefined);
    bus.take();
    lines = keepLines();
  });
  afterEach(() => {
    for (const line of lines) expect(problemsOf(line)).toEqual([]);
    jest.restoreAllMocks();
  });
  afterAll(() => bus.stop());

  it('tells the life of a device, step by step, and nothing of heartbeats and guards', async () => {
    const deviceId = 'life';
    const requests = createRequests(fixture.at);
    await requests.register({ deviceId, serialNumber: 'SN-life', correlationId: 'trace-1' });
    await requests.update({ deviceId, name: 'pump', serialNumber: 'SN-new' });
    await recordHeartbeat({ deviceId, lastSeenAt: fixture.at.clock() }, fixture.at);
    await requests.decommission({ deviceId });
    await requests.restore({ deviceId, reason: 'by mistake' });

    expect(await invoke(await streamed('devices'))).toEqual(whole);
    expect(await invoke(await streamed('invalidDevices'))).toEqual(whole);

    const events = bus.take();
    for (const event of events) expect(problemsOfEvent(event)).toEqual([]);
    const told = events.map((event) => [
      event['detail-type'],
      event.detail['sequence'],
      event.detail['actor'],
    ]);
    expect(told).toEqual([
      ['DeviceRegistered', 2, { source: 'device', requestedBy: deviceId }],
      ['DeviceUpdated', 4, { source: 'device', requestedBy: deviceId }],
      ['DeviceRestored', 6, { source: 'execution', requestedBy: 'operator' }],
      ['DeviceDecommissioned', 5, { source: 'execution', requestedBy: 'operator' }],
    ]);
    expect(events.map(({ detail }) => detail['reason'])).toEqual([
      undefined,
      undefined,
      'by mistake',
      'worn out',
    ]);
  });

  it('logs one line and one metric an event, under the ids of the request that it comes from', async () => {
    const requests = createRequests(fixture.at);
    const ids = { deviceId: 'said', requestId: 'register-said', correlationId: 'trace-said' };
    await requests.register({ ...ids, serialNumber: 'SN-said' });
    await invoke(await streamed('devices'));

    expect(logs()).toMatchObject([
      { message: 'accepted', operation: 'publishEvents', outcome: 'DeviceRegistered', ...ids },
    ]);
    expect(lines.filter((line) => '_aws' in line)).toMatchObject([
      { Accepted: 1, operation: 'publishEvents' },
    ]);
  });

  it('tells again under the same id what comes again', async () => {
    const records = await register('twice');
    await invoke(records);
    await invoke(records);

    const [first, second, ...more] = bus.take();
    expect(first).toEqual(second);
    expect(more).toEqual([]);
  });

  it('has Lambda come again with the first event that was not taken, and what follows it', async () => {
    const records = await register('p-1', 'p-2', 'p-3');
    bus.refuse((event) => (event?.detail.deviceId === 'p-2' ? 'ThrottlingException' : undefined));

    expect(await invoke(records, inAHurry())).toEqual(failedFrom(records[1]));

    expect(types().map(([deviceId]) => deviceId)).toEqual(['p-1', 'p-3']);
    expect(logs()).toMatchObject([
      { message: 'accepted', deviceId: 'p-1' },
      { message: 'accepted', deviceId: 'p-3' },
      { level: 'ERROR', message: 'failed', code: 'Throttled', deviceId: 'p-2' },
    ]);
  });

  it('never lets an event overtake the one before it of the same device', async () => {
    const deviceId = 'order';
    const requests = createRequests(fixture.at);
    await requests.register({ deviceId, serialNumber: 'SN-order' });
    await requests.update({ deviceId, name: 'a' });
    await requests.update({ deviceId, name: 'b', requestId: 'update-2' });
    const records = await streamed('devices');
    let refused = 0;
    bus.refuse((event) => {
      if (event?.['detail-type'] !== 'DeviceUpdated' || refused > 0) return undefined;
      refused += 1;
      return 'InternalFailure';
    });

    const answer = await invoke(records, inAHurry());

    expect(answer).toEqual(failedFrom(records.find(({ eventName }) => eventName === 'MODIFY')));
    expect(types()).toEqual([[deviceId, 'DeviceRegistered']]);
    expect(await invoke(records)).toEqual(whole);
    expect(types().map(([, type]) => type)).toEqual(['DeviceRegistered', 'DeviceUpdated', 'DeviceUpdated']);
  });

  it('tries again by itself what EventBridge throttles', async () => {
    const records = await register('patient');
    let calls = 0;
    bus.refuse((event) => {
      if (event !== undefined) return undefined;
      calls += 1;
      return calls === 1 ? 'ThrottlingException' : undefined;
    });

    expect(await invoke(records)).toEqual(whole);
    expect(types()).toEqual([['patient', 'DeviceRegistered']]);
  });

  it('says so when it may not put events on the bus', async () => {
    const records = await register('denied');
    bus.refuse(() => 'AccessDeniedException');

    expect(await invoke(records)).toEqual(failedFrom(records[0]));
    expect(logs()).toMatchObject([{ message: 'failed', code: 'EventRefused', deviceId: 'denied' }]);
  });

  it('tells what comes before a record that no event can be told of, and is stopped by it', async () => {
    await register('before');
    await fixture.at.put('devices', { id: 'poison', step: { operation: 'register' } });
    await createRequests(fixture.at).update({ deviceId: 'before', name: 'a' });
    const [poison, ...after] = await streamed('devices');
    const records = [...(await register('first')), poison as StreamRecord, ...after];

    expect(await invoke(records)).toEqual(failedFrom(poison));
    expect(types()).toEqual([['first', 'DeviceRegistered']]);
    expect(logs().at(-1)).toMatchObject({ code: 'IntegrityViolation', deviceId: 'poison' });
    // Lambda comes again with smaller and smaller batches, until that record is alone.
    expect(await invoke([poison as StreamRecord])).toEqual(failedFrom(poison));
    expect(await invoke(after)).toEqual(whole);
    expect(types()).toEqual([['before', 'DeviceUpdated']]);
  });

  it('takes no batch for done that it does not understand', async () => {
    await expect(fixture.invoke({ Records: [{ eventID: '1' }] })).rejects.toMatchObject({
      name: 'InvalidInput',
    });
  });
});
