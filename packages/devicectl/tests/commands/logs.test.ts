import { readdirSync, readFileSync } from 'node:fs';
import { DESCRIPTIONS } from '@device-lifecycle/operator/logs/descriptions.ts';
import type { LogQueries, LogRow, QueryAnswer, QueryRequest } from '@device-lifecycle/operator/logs/ports.ts';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { createTool, type Tool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { queryLogs } from '../../src/commands/logs.ts';

const statistics = { recordsMatched: 2, recordsScanned: 40, bytesScanned: 1_000 };
const saved = [
  {
    name: 'life of a device',
    queryString: '# DEVICE_ID\nfilter deviceId = "DEVICE_ID"',
    logGroupNames: ['/a', '/b'],
  },
  {
    name: 'rejections by code',
    queryString: 'stats count(*) as rejections by bin(1h) as hour, code',
    logGroupNames: ['/a'],
  },
  { name: 'ghosts', queryString: 'filter message = "ghost"', logGroupNames: ['/a'] },
];

let tool: Tool;
let started: QueryRequest[];
let stopped: string[];

beforeEach(() => {
  tool = createTool();
  started = [];
  stopped = [];
});

function run(
  words: readonly string[],
  values: Readonly<Record<string, unknown>> = {},
  answers: readonly Partial<QueryAnswer>[] = [{}],
  of: Partial<LogQueries> = {},
): Promise<number> {
  const left = [...answers];
  const queries: LogQueries = {
    saved: async () => saved,
    start: async (request) => `q-${started.push(request)}`,
    answer: async () => ({
      status: 'Complete',
      rows: [],
      statistics,
      ...(left.length > 1 ? left.shift() : left[0]),
    }),
    stop: async (queryId) => void stopped.push(queryId),
    ...of,
  };
  return queryLogs(tool.context(values, words), queries, testStack);
}

const rows: readonly LogRow[] = [
  { hour: '2026-11-25 12:00:00.000', code: 'StaleVersion', rejections: '5' },
  { hour: '2026-11-25 12:00:00.000', code: 'InvalidInput', rejections: '15' },
  { hour: '2026-11-25 09:00:00.000', code: 'InvalidInput', rejections: '10' },
];

describe('saved queries', () => {
  it('are listed with what they answer and need', async () => {
    expect(await run([])).toBe(0);
    expect(tool.said.out.join()).toMatch(
      /^QUERY +NEEDS +ANSWERS\nlife-of-a-device +--device-id +what happened to one/,
    );
    await run([], { json: true });
    expect(JSON.parse(tool.said.out.at(-1) ?? '').queries[2]).toEqual({
      name: 'ghosts',
      description: 'which decommissioned devices are still heard of, the noisiest first',
      parameters: [],
    });
  });

  it('are all described', () => {
    const directory = 'resources/queries';
    const names = readdirSync(directory).flatMap((file) => {
      const text = readFileSync(`${directory}/${file}`, 'utf8');
      return /Name: \$\{self:service\}-\$\{sls:stage\}\/(.+)/.exec(text)?.[1] ?? [];
    });
    expect(names.length).toBeGreaterThan(10);
    expect(Object.keys(DESCRIPTIONS).sort()).toEqual(names.sort());
  });

  it('belong to a stack: without any, there is none', async () => {
    await expect(run([], {}, [], { saved: async () => [] })).rejects.toThrow(
      'There is no stack device-lifecycle-dev in a test (it has no saved queries): deploy it, or check --stage',
    );
  });
});

describe('running a saved query', () => {
  it('fills in its parameters, and is about the time that is asked for', async () => {
    const values = { 'device-id': 'dev-$&', since: '3h', limit: '1', json: true };
    expect(await run(['life', 'of', 'a', 'device'], values, [{ status: 'Running' }, { rows }])).toBe(0);
    expect(started).toEqual([
      {
        queryString: '# dev-$&\nfilter deviceId = "dev-$&"',
        logGroupNames: ['/a', '/b'],
        startTime: Math.floor(START / 1_000) - 10_800,
        endTime: Math.ceil(START / 1_000),
        limit: 1,
      },
    ]);
    expect(tool.json()).toEqual({
      query: 'life-of-a-device',
      queryId: 'q-1',
      status: 'Complete',
      startTime: new Date(Math.floor(START / 1_000) * 1_000 - 10_800_000).toISOString(),
      endTime: new Date(Math.ceil(START / 1_000) * 1_000).toISOString(),
      statistics,
      rows: [rows[0]],
    });
    expect(tool.said.progress).toEqual(['life of a device: records scanned', { done: 40 }]);
  });

  it('draws a chart where it bins by time, with the bins that are empty, above the rows', async () => {
    await run(['rejections-by-code'], {}, [{ rows }]);
    const [chart, printed] = tool.said.out;
    expect(chart?.trimEnd().split('\n')).toEqual([
      'rejections by hour (UTC)',
      `2026-11-25 09:00  10  ${'█'.repeat(28)}`,
      '2026-11-25 10:00   0',
      '2026-11-25 11:00   0',
      `2026-11-25 12:00  20  ${'█'.repeat(56)}`,
    ]);
    expect(printed).toMatch(/^HOUR +CODE +REJECTIONS\n2026-11-25 12:00:00\.000 +StaleVersion +5\n/);
    expect(tool.said.error[0]).toMatch(/^3 rows since /);
  });

  it('is a table where it does not, and where nothing is found a sentence', async () => {
    await run(['ghosts'], {}, [{ rows: [{ deviceId: 'dev\u001b-1' }] }]);
    expect(tool.said.out).toEqual(['DEVICEID\ndev\\u001b-1']);
    const cause = '{"errorType":"Throttled","errorMessage":"Try again.","trace":["x"]}';
    await run(['ghosts'], {}, [{ rows: [{ cause, about: 'a'.repeat(200) }] }]);
    expect(tool.said.out.at(-1)).toMatch(/\nTry again\. {2}a{99}…$/);
    await run(['rejections-by-code']);
    expect(tool.said.out).toHaveLength(2);
    expect(tool.said.error.at(-1)).toMatch(/^0 rows since /);
  });

  it('is stopped by Ctrl-C', async () => {
    tool.interrupted.abort();
    await expect(run(['ghosts'], {}, [{ status: 'Running' }])).rejects.toThrow('the query was stopped.');
    expect(stopped).toEqual(['q-1']);
  });

  it('may fail', async () => {
    await expect(run(['ghosts'], {}, [{ status: 'Timeout' }])).rejects.toThrow('ended as Timeout');
    await expect(run(['gosts'])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('ghosts'),
    });
  });

  it.each([
    ['life-of-a-device', {}, '"life of a device" needs --device-id.'],
    ['life-of-a-device', { 'device-id': 'a" or 1' }, 'is no id'],
    ['ghosts', { 'device-id': 'dev-1' }, 'leave out --device-id'],
    ['ghosts', { since: 'yesterday' }, 'is no time'],
    ['ghosts', { until: 'now' }, 'is not a time'],
    ['ghosts', { since: '1h', until: '2020-01-01' }, '--since has to be before --until.'],
    ['ghosts', { limit: '10001' }, '10000 rows at the most'],
  ])('%s with %j is refused', async (query, values, words) => {
    await expect(run([query], values)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(words),
    });
    expect(started).toEqual([]);
  });
});
