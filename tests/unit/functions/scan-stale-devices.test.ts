import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { useBucket } from './bucket.ts';
import { useFunction } from './function-fixture.ts';

// Before the function, which reads where it is when it is loaded.
const files = useBucket();
const fixture = useFunction(() => import('../../../functions/scan-stale-devices/handler.ts'));

const EXECUTION = { requestId: 'execution-1', correlationId: 'arn:execution', source: 'execution' };
const DAY_MS = 86_400_000;

describe('the function scan-stale-devices', () => {
  it('says what its state machine goes on with', async () => {
    const check = { unseenDays: 90, requestedBy: 'operator', segments: 2 };
    const seenBefore = 10 * DAY_MS;
    const segment = { totalSegments: 2, seenBefore, prefix: 'stale/execution-1/' };
    const start = { call: 0, devices: 0, parts: [] };
    expect(await fixture.invoke({ ...EXECUTION, requestedAt: 100 * DAY_MS, check })).toEqual({
      outcome: 'checked',
      seenBefore,
      prefix: 'stale/execution-1/',
      maxConcurrency: 10,
      segments: [
        { segment: 0, ...segment, ...start },
        { segment: 1, ...segment, ...start },
      ],
    });
  });

  it.each<[problem: string, changes: object]>([
    ['unseenDays: is missing', { unseenDays: undefined }],
    ['unseenDays: ', { unseenDays: 0 }],
    ['segments: ', { segments: 1_001 }],
    ['unknown: days', { days: 90 }],
  ])('fails with InvalidInput that says “%s”', async (problem, changes) => {
    const check = { unseenDays: 90, requestedBy: 'operator', ...changes };
    await expect(fixture.invoke({ ...EXECUTION, check })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(problem),
    });
  });

  it('writes what it finds as CSV, in which nothing is a formula', async () => {
    const prefix = 'stale/execution-2/';
    const seenAt = Date.UTC(2026, 0, 1);
    const put = (id: string, changes: object) =>
      fixture.at.put('devices', aDevice({ id, registeredAt: seenAt, ...changes }));
    await put('-1', { type: '=HYPERLINK("x")', serialNumber: 'a, "b"' });
    await put('seen', { lastSeenAt: seenAt + 1 });
    const event = { segment: 0, totalSegments: 1, seenBefore: seenAt + 1, prefix, call: 3 };

    expect(await fixture.invoke({ ...EXECUTION, ...event })).toEqual({
      outcome: 'scanned',
      segment: 0,
      devices: 1,
      part: 'stale/execution-2/parts/0000-000003.csv',
    });
    expect(await files.at.read(`${prefix}parts/0000-000003.csv`)).toBe(
      `-1,2026-01-01T00:00:00.000Z,"'=HYPERLINK(""x"")","a, ""b"""\n`,
    );
  });

  it('writes nothing where it finds nothing', async () => {
    const event = { segment: 0, totalSegments: 1, seenBefore: 1, prefix: 'stale/execution-3/', call: 0 };
    expect(await fixture.invoke({ ...EXECUTION, ...event })).toEqual({
      outcome: 'scanned',
      segment: 0,
      devices: 0,
    });
  });
});
