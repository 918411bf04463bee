import { describe, expect, it } from '@jest/globals';
import { AwsIotLog, type IotLogEntry, type IotLogLevel } from '../../src/iot/iot-log.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const CLOCK = { now: () => NOW, sleep: () => Promise.resolve() };

const entry = (logLevel: IotLogEntry['logLevel']): IotLogEntry => ({
  logLevel,
  status: 'Success',
  eventType: 'Connect',
  traceId: 'trace-1',
  clientId: 'sensor-1',
  principalId: undefined,
});

async function open(level: IotLogLevel, ...early: readonly IotLogEntry[]) {
  const records: { readonly record: unknown; readonly timestampMs: number }[] = [];
  const log = new AwsIotLog({ clock: CLOCK, accountId: '000000000000' });
  for (const one of early) log.write(one);
  await log.level.put(level);
  log.open((record, timestampMs) => records.push({ record: JSON.parse(record), timestampMs }));
  return { log, records };
}

describe("AWS IoT's log", () => {
  it('has the attributes that all entries have, and leaves out what is not known', async () => {
    const { log, records } = await open('INFO');
    log.write(entry('INFO'));
    expect(records).toEqual([
      {
        timestampMs: NOW,
        record: {
          timestamp: '2026-01-02 03:04:05.678',
          logLevel: 'INFO',
          traceId: 'trace-1',
          accountId: '000000000000',
          status: 'Success',
          eventType: 'Connect',
          clientId: 'sensor-1',
        },
      },
    ]);
  });

  it.each([
    ['DEBUG', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['INFO', ['INFO', 'WARN', 'ERROR']],
    ['WARN', ['WARN', 'ERROR']],
    ['ERROR', ['ERROR']],
    ['DISABLED', []],
  ] as const)('at the level %s has %j', async (level, kept) => {
    const { log, records } = await open(level);
    for (const logLevel of ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const) log.write(entry(logLevel));
    expect(records.map(({ record }) => Object(record).logLevel)).toEqual(kept);
  });

  it('has what came before it was opened, at the level that it was opened with', async () => {
    const { records } = await open('ERROR', entry('INFO'), entry('ERROR'));
    expect(records).toMatchObject([{ record: { logLevel: 'ERROR' } }]);
  });
});
