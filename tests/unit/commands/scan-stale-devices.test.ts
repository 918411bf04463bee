import { createClock, START } from '@device-lifecycle/test-kit/clock.ts';
import { describe, expect, it } from '@jest/globals';
import { scanStaleDevices } from '../../../shared/commands/scan-stale-devices.ts';
import type { StaleDevice } from '../../../shared/domain/stale.ts';
import type { StalePage, StaleScan } from '../../../shared/ports.ts';

const device = (deviceId: string): StaleDevice => ({ deviceId, serialNumber: deviceId, lastSeenAt: 1 });
const INPUT = { segment: 2, totalSegments: 4, seenBefore: START, key: 'part.csv' };

describe('scanStaleDevices', () => {
  /** A segment of these pages, of which each takes `pageMs`. */
  function segmentOf(pages: readonly StalePage[], pageMs = 0) {
    const clock = createClock();
    const scans: StaleScan[] = [];
    const written: [key: string, deviceIds: readonly string[]][] = [];
    const scan = (cursor?: string) =>
      scanStaleDevices(
        { ...INPUT, cursor },
        {
          clock,
          deadlineEpochMs: START + 50_000,
          store: {
            scanStaleDevices: async (scan) => {
              scans.push(scan);
              clock.advance(pageMs);
              return pages[Number(scan.cursor ?? 0)] ?? { devices: [] };
            },
          },
          files: {
            write: async (key, devices) => {
              written.push([key, devices.map(({ deviceId }) => deviceId)]);
            },
          },
        },
      );
    return { scan, scans, written };
  }

  it('reads its segment to the end, and writes all that it has found at once', async () => {
    const pages = [
      { devices: [device('a'), device('b')], cursor: '1' },
      { devices: [], cursor: '2' },
      { devices: [device('c')] },
    ];
    const { scan, scans, written } = segmentOf(pages);
    expect(await scan()).toEqual({ segment: 2, devices: 3, part: 'part.csv' });
    expect(scans.map(({ segment, totalSegments, cursor }) => [segment, totalSegments, cursor])).toEqual([
      [2, 4, undefined],
      [2, 4, '1'],
      [2, 4, '2'],
    ]);
    expect(written).toEqual([['part.csv', ['a', 'b', 'c']]]);
  });

  it('ends with where to go on, before its time is up', async () => {
    const pages = Array.from({ length: 10 }, (_, page) => ({ devices: [], cursor: `${page + 1}` }));
    const { scan, scans, written } = segmentOf(pages, 15_000);
    expect(await scan('4')).toEqual({ segment: 2, devices: 0, cursor: '7' });
    expect(scans).toHaveLength(3);
    expect(written).toEqual([]);
  });

  it('ends with where to go on, before it holds more than fits into memory', async () => {
    const page = { devices: Array.from({ length: 30_000 }, (_, index) => device(`d-${index}`)) };
    const { scan } = segmentOf([
      { ...page, cursor: '1' },
      { ...page, cursor: '2' },
      { ...page, cursor: '3' },
    ]);
    expect(await scan()).toEqual({ segment: 2, devices: 60_000, part: 'part.csv', cursor: '2' });
  });
});
