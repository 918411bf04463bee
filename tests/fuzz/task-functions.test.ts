import { broken } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import type { Entry } from '@device-lifecycle/test-kit/fuzz/entries.ts';
import { fuzz, type Tally } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyNumber, nastyString, nastyValue } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  deviceId,
  envelope,
  epochMs,
  mostly,
  reason,
  record,
  retentionDays,
  some,
} from './support/inputs.ts';
import { demand, judgeTask } from './support/judge.ts';
import { loadFunction } from './support/service.ts';
import { changedIn, ownerOf } from './support/world.ts';

const fleet = {
  source: mostly(
    fc.constantFrom(
      { bucket: 'fleet', key: 'sources/lot.csv' },
      { bucket: 'fleet', key: 'stale/x/stale.csv' },
    ),
    record({
      bucket: fc.constantFrom('fleet', 'other'),
      key: nastyString.map((name) => `sources/../${name}.csv`),
    }),
  ),
  requestedBy: reason,
  reason: some(reason),
  dryRun: some(fc.boolean()),
  maxConcurrency: some(mostly(fc.constantFrom(1, 1_000), nastyNumber)),
  toleratedFailurePercentage: some(mostly(fc.constantFrom(0, 0.5, 100), nastyNumber)),
};
const rows = fc.array(
  fc.oneof(
    deviceId.map((id) => ({ deviceId: id })),
    fc.tuple(deviceId, nastyString).map(([id, rest]) => ({ deviceId: id, rest })),
    nastyValue,
  ),
  { maxLength: 5 },
);
const check = (input: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  record({ ...envelope, check: broken(record(input)) });
const segment = record({
  ...envelope,
  segment: mostly(fc.constantFrom(0, 1, 5), nastyNumber),
  totalSegments: mostly(fc.constantFrom(1, 4), nastyNumber),
  prefix: mostly(fc.constantFrom('stale/run/'), nastyString),
  call: mostly(fc.constantFrom(0, 1), nastyNumber),
  seenBefore: epochMs,
  cursor: some(mostly(fc.constant('sensor-1'), nastyString)),
});

/** What each function is handed by its state machine when nothing is wrong. */
const INPUTS: Readonly<Record<string, readonly [name: string, input: fc.Arbitrary<unknown>]>> = {
  'task-decommission': [
    'decommission-device',
    record({
      ...envelope,
      deviceId,
      reason,
      requestedBy: reason,
      retentionDays: some(retentionDays),
      legalHold: some(fc.boolean()),
      notBefore: some(mostly(fc.constantFrom(1, Math.floor(Date.now() / 1000) + 60), nastyNumber)),
    }),
  ],
  restore: ['restore-device', record({ ...envelope, deviceId, requestedBy: reason, reason: some(reason) })],
  hold: ['hold-device', record({ ...envelope, deviceId, requestedBy: reason, reason })],
  release: [
    'release-device',
    record({
      ...envelope,
      deviceId,
      requestedBy: reason,
      reason: some(reason),
      retentionDays: some(retentionDays),
    }),
  ],
  purge: ['purge-device', record({ ...envelope, deviceId, requestedBy: reason, reason })],
  'settle-credentials': ['settle-credentials', record({ ...envelope, deviceId })],
  'remove-remains': [
    'remove-remains',
    record({
      ...envelope,
      deviceId: mostly(fc.constantFrom('purged', 'sensor-1'), nastyString),
      purgeId: mostly(
        fc.constantFrom('purge#purged#request#purge-1', 'purge#sensor-1#request#x', 'sensor-1'),
        nastyString.map((text) => `purge#${text}`),
      ),
    }),
  ],
  presence: [
    'record-presence',
    record({
      deviceId,
      eventType: mostly(fc.constantFrom('connected', 'disconnected'), nastyString),
      sessionIdentifier: mostly(fc.constant('a-session'), nastyString),
      versionNumber: mostly(fc.constantFrom(0, 7), nastyNumber),
      timestamp: epochMs,
    }),
  ],
  'decommission-fleet': [
    'decommission-devices',
    fc.oneof(
      check({ ...fleet, retentionDays: some(retentionDays), legalHold: some(fc.boolean()) }),
      record({
        ...envelope,
        reason,
        requestedBy: reason,
        retentionDays: some(retentionDays),
        dryRun: some(fc.boolean()),
        devices: rows,
      }),
    ),
  ],
  'restore-fleet': [
    'restore-devices',
    fc.oneof(
      check(fleet),
      record({ ...envelope, requestedBy: reason, dryRun: some(fc.boolean()), devices: rows }),
    ),
  ],
  'propose-stale': [
    'scan-stale-devices',
    fc.oneof(
      check({
        unseenDays: mostly(fc.constantFrom(0.5, 30, 10_000), nastyNumber),
        requestedBy: reason,
        segments: some(mostly(fc.constantFrom(1, 1_000), nastyNumber)),
        maxConcurrency: some(mostly(fc.constantFrom(1, 1_000), nastyNumber)),
      }),
      segment,
    ),
  ],
};

/** Far below the 256 KB that an execution's states hand on. */
const MAX_RESPONSE_BYTES = 192 * 1024;

async function fuzzTask(entry: string): Promise<Tally> {
  const [name, input] = INPUTS[entry] ?? ['', fc.anything()];
  const invoke = await loadFunction(name);
  return fuzz(`service/${entry}` as Entry, broken(input), async (event) => {
    const ran = await invoke(event);
    const bytes = JSON.stringify(ran.response ?? null).length;
    demand(bytes <= MAX_RESPONSE_BYTES, () => `A response of ${bytes} bytes`);
    const { deviceId: named, devices = [{ deviceId: named }] } = Object(event);
    const ids = new Set([devices].flat().map((row: unknown) => Object(row).deviceId));
    for (const id of changedIn(ran.tables)) {
      const owner = ownerOf(id, ran.tables);
      demand(ids.has(owner), () => `"${id}" of ${owner} is changed`);
    }
    return judgeTask(ran);
  });
}

describe(`whatever a function is handed by its state machine, or by hand (TEST_SEED=${TEST_SEED})`, () => {
  it.each<[entry: string, rejections: readonly string[]]>([
    ['task-decommission', ['DeviceNotFound', 'StaleRequest', 'AlreadyDecommissioned']],
    ['restore', ['DeviceNotFound', 'StaleRequest', 'RetentionExpired']],
    ['hold', ['DeviceNotFound', 'StaleRequest', 'RetentionExpired', 'DeviceInService']],
    ['release', ['DeviceNotFound', 'StaleRequest', 'RetentionExpired', 'DeviceInService']],
    ['purge', ['DeviceNotFound', 'StaleRequest', 'UnderLegalHold', 'DeviceInService']],
    ['settle-credentials', ['DeviceNotFound']],
    ['remove-remains', []],
    ['presence', []],
    ['decommission-fleet', []],
    ['restore-fleet', []],
    ['propose-stale', []],
  ])('of %s is carried out, or refused under a name of ours', async (entry, rejections) => {
    const tally = await fuzzTask(entry);
    expect(Object.keys(tally)).toEqual(expect.arrayContaining(['accepted', 'InvalidInput', ...rejections]));
  });
});
