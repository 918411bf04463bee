import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import type { Decommission, Device } from '../../../shared/domain/device.ts';
import { type Step, type StreamedItem, toLifecycleEvent } from '../../../shared/domain/events.ts';
import type { LifecycleEvent } from '../../../shared/domain/lifecycle-event.ts';
import { asDelivered, isTakenByConsumers, problemsOfEvent } from '../../support/event-schema.ts';

const CERTIFICATE = 'a'.repeat(64);
const OTHER_CERTIFICATE = 'b'.repeat(64);
const TTL = START / 1000 + 86_400;

const marked = (operation: Exclude<Step['operation'], 'restore'>, changes: Partial<Device> = {}) =>
  ({ ...aDevice(changes), step: { operation } }) satisfies StreamedItem;

const invalid = (changes: Partial<Decommission> = {}, device: Partial<Device> = {}): StreamedItem => ({
  ...marked('decommission', device),
  decommission: aDecommission(changes),
  credentials: 'pending',
  ttl: TTL,
});

const remains = (): StreamedItem => ({
  id: `purge#sensor-1#${START}`,
  deviceId: 'sensor-1',
  device: {
    serialNumber: 'SN-sensor-1',
    type: 'camera',
    version: 3,
    certificateIds: [CERTIFICATE],
    registeredAt: START,
    credentials: 'inactive',
    decommission: aDecommission({ at: START + 1_000, correlationId: 'arn:execution' }),
    ttl: TTL,
  },
  purge: { at: START + 90_000_000, source: 'ttl' },
});

const purged = (): StreamedItem => ({
  ...remains(),
  receipt: {
    completedAt: START + 90_001_000,
    thing: 'deleted',
    certificateIds: [CERTIFICATE],
    keptCertificateIds: [],
    thingGroups: ['cameras'],
    shadows: ['', 'settings'],
  },
});

/** The event of a write, which its schema must describe. */
function eventOf(before: StreamedItem | undefined, after: StreamedItem | undefined): LifecycleEvent {
  const event = toLifecycleEvent({ before, after });
  if (event === undefined) throw new Error('No event is told of this write.');
  expect(problemsOfEvent(asDelivered(event))).toEqual([]);
  return event;
}

describe('the event of a write to a record', () => {
  it('tells of a registration, with the certificate that it came by', () => {
    const requests = [
      { requestId: 'r-1', operation: 'register', version: 1, correlationId: 'trace-1' },
    ] as const;
    const device = { macAddress: '02:00:5e:10:00:01', name: 'pump', type: 'camera' };
    const after = marked('register', { ...device, certificateIds: [CERTIFICATE], requests });

    expect(eventOf(undefined, after)).toEqual({
      type: 'DeviceRegistered',
      detail: {
        schemaVersion: 1,
        id: `sensor-1/${START}/2`,
        deviceId: 'sensor-1',
        registeredAt: START,
        sequence: 2,
        at: START,
        actor: { source: 'device', requestedBy: 'sensor-1', certificateId: CERTIFICATE },
        requestId: 'r-1',
        correlationId: 'trace-1',
        device: { ...device, serialNumber: 'SN-sensor-1', version: 1 },
      },
    });
  });

  it('tells of an update what has changed, and by whose request', () => {
    const before = marked('register', { name: 'old', macAddress: '02:00:5e:10:00:01' });
    const requests = [
      ...before.requests,
      { requestId: 'u-1', operation: 'update', version: 2, correlationId: 'trace-2' },
    ] as const;
    const { macAddress: _, ...rest } = before;
    const after = {
      ...rest,
      ...marked('update', { name: 'new', version: 2, updatedAt: START + 5, requests }),
    };

    expect(eventOf(before, after)).toMatchObject({
      type: 'DeviceUpdated',
      detail: {
        sequence: 4,
        at: START + 5,
        actor: { source: 'device', requestedBy: 'sensor-1', certificateId: undefined },
        requestId: 'u-1',
        correlationId: 'trace-2',
        device: { name: 'new', version: 2 },
        changed: ['macAddress', 'name'],
      },
    });
  });

  it('tells of another certificate as an update by that certificate', () => {
    const before = marked('register', { certificateIds: [CERTIFICATE] });
    const after = marked('update', { certificateIds: [CERTIFICATE, OTHER_CERTIFICATE], version: 2 });
    expect(eventOf(before, after)).toMatchObject({
      detail: { changed: ['certificateIds'], actor: { certificateId: OTHER_CERTIFICATE } },
    });
  });

  it('tells nothing of the attributes but that they have changed: they may be large, and are the device’s', () => {
    const after = marked('update', { attributes: { secret: 'x' }, version: 2 });
    const event = eventOf(marked('register'), after);
    expect(event).toMatchObject({ detail: { changed: ['attributes'] } });
    expect(JSON.stringify(event)).not.toContain('secret');
  });

  it('tells of an update right after an update, and of one that set what was there', () => {
    const before = marked('update', { version: 2 });
    expect(eventOf(before, marked('update', { version: 3 }))).toMatchObject({
      detail: { sequence: 6, changed: [] },
    });
  });

  it.each([
    [{ source: 'execution', requestedBy: 'ann' }, TTL, undefined],
    [{ source: 'device', requestedBy: 'sensor-1' }, TTL, undefined],
    [{ source: 'execution', requestedBy: 'ann', legalHold: true }, undefined, true],
  ] as const)('tells of a decommissioning who, why and for how long: %p', (by, ttl, legalHold) => {
    const { ttl: _, ...record } = invalid({ ...by, at: START + 7, correlationId: 'arn:execution' });
    const after = { ...record, ...(ttl !== undefined && { ttl }) };
    expect(eventOf(undefined, after)).toMatchObject({
      type: 'DeviceDecommissioned',
      detail: {
        sequence: 3,
        at: START + 7,
        actor: { source: by.source, requestedBy: by.requestedBy },
        reason: 'worn out',
        requestId: 'decommission-1',
        correlationId: 'arn:execution',
        retention: { ttl, legalHold },
      },
    });
  });

  it('tells of a decommissioning over the expired record of an earlier life', () => {
    const before = invalid({}, { registeredAt: START - 5_000 });
    expect(eventOf(before, invalid())).toMatchObject({ detail: { id: `sensor-1/${START}/3` } });
  });

  it('tells of a restore who asked for it, and why', () => {
    const step: Step = {
      operation: 'restore',
      requestId: 'restore-1',
      requestedBy: 'bob',
      reason: 'by mistake',
      correlationId: 'arn:restore',
    };
    const after = { ...aDevice({ version: 2, updatedAt: START + 9 }), step };
    expect(eventOf(undefined, after)).toMatchObject({
      type: 'DeviceRestored',
      detail: {
        sequence: 4,
        at: START + 9,
        actor: { source: 'execution', requestedBy: 'bob' },
        reason: 'by mistake',
        requestId: 'restore-1',
        correlationId: 'arn:restore',
      },
    });
  });

  it('is a receipt once what was left of a device is removed', () => {
    expect(eventOf(remains(), purged())).toEqual({
      type: 'DevicePurged',
      detail: {
        schemaVersion: 1,
        id: `sensor-1/${START}/8`,
        deviceId: 'sensor-1',
        registeredAt: START,
        sequence: 8,
        at: START + 90_001_000,
        actor: { source: 'ttl' },
        device: { serialNumber: 'SN-sensor-1', type: 'camera', version: 3 },
        retention: { ttl: TTL },
        decommission: aDecommission({ at: START + 1_000, correlationId: 'arn:execution' }),
        receipt: {
          recordRemovedAt: START + 90_000_000,
          completedAt: START + 90_001_000,
          thing: 'deleted',
          certificateIds: [CERTIFICATE],
          keptCertificateIds: [],
          thingGroups: ['cameras'],
          shadows: ['', 'settings'],
        },
      },
    });
  });

  it('says of a purge that somebody asked for who it was, and that its afterlife had begun under legal hold', () => {
    const by = {
      requestedBy: 'ann',
      reason: 'request of the owner',
      requestId: 'p-1',
      correlationId: 'arn:p',
    };
    const { device, ...rest } = purged();
    const held = { ...device, decommission: aDecommission({ legalHold: true }) } as typeof device;
    const after = { ...rest, device: held, purge: { at: START, source: 'execution', ...by } } as StreamedItem;
    expect(eventOf(remains(), after)).toMatchObject({
      detail: {
        actor: { source: 'execution', requestedBy: 'ann' },
        reason: by.reason,
        requestId: 'p-1',
        correlationId: 'arn:p',
        decommission: { legalHold: true },
      },
    });
  });

  it.each<[string, StreamedItem | undefined, StreamedItem | undefined]>([
    ['a guard', undefined, { id: 'serialNumber#SN-1', deviceId: 'sensor-1' }],
    ['a sighting, which takes the mark away', marked('register'), aDevice({ lastSeenAt: START })],
    ['a sighting after another', aDevice({ lastSeenAt: START }), aDevice({ lastSeenAt: START + 1 })],
    ['a write that left the mark standing', marked('update'), { ...marked('update'), lastSeenAt: START }],
    ['a hold that left the mark standing', invalid(), invalid({ legalHold: true })],
    ['a record that left for the other table', marked('register'), undefined],
    ['a record that has expired', invalid(), undefined],
    ['what is left of a purged device', undefined, remains()],
    ['work on it', remains(), { ...remains(), lease: { id: 'lease', until: START } }],
    ['a receipt that is there already', purged(), { ...purged(), ttl: TTL }],
    ['a receipt that has expired', purged(), undefined],
  ])('is not told of %s', (_, before, after) => {
    expect(toLifecycleEvent({ before, after })).toBeUndefined();
  });

  it.each(['registeredAt', 'version', 'serialNumber'] as const)('cannot be told without %s', (attribute) => {
    const { [attribute]: _, ...after } = marked('register');
    expect(() => toLifecycleEvent({ after: after as StreamedItem })).toThrow(
      expect.objectContaining({ name: 'IntegrityViolation' }),
    );
  });

  it('cannot be told of a decommissioning that nobody gave a reason for', () => {
    const { decommission: _, ...after } = invalid();
    expect(() => toLifecycleEvent({ after })).toThrow(
      expect.objectContaining({ name: 'IntegrityViolation' }),
    );
  });
});

describe('the schema of the events', () => {
  const event = () => asDelivered(eventOf(undefined, marked('register')));

  it('leaves room for fields that are added later', () => {
    const later = { ...event(), detail: { ...Object(event()['detail']), later: true } };
    expect(isTakenByConsumers(later)).toBe(true);
    expect(problemsOfEvent(later)).not.toEqual([]);
  });

  it.each(['schemaVersion', 'id', 'deviceId', 'registeredAt', 'sequence', 'at', 'actor', 'device'])(
    'asks for %s',
    (field) => {
      const { [field]: _, ...detail } = Object(event()['detail']);
      expect(isTakenByConsumers({ ...event(), detail })).toBe(false);
    },
  );

  it('tells types apart', () => {
    expect(isTakenByConsumers({ ...event(), 'detail-type': 'DevicePurged' })).toBe(false);
    expect(isTakenByConsumers({ ...event(), 'detail-type': 'DeviceLost' })).toBe(false);
  });
});
