import { expect, it } from '@jest/globals';
import { ApiProblem } from '../../../../src/page/api/client.ts';
import { type ListPart, Pages } from '../../../../src/page/views/devices/pages.ts';

const ROWS_A_PART = 100;

/** A list of numbers, whose parts begin where their cursors say. */
function makeList(count: number) {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const asked: (string | undefined)[] = [];
  let fails = false;
  return {
    numbers,
    asked,
    setFails(value: boolean) {
      fails = value;
    },
    async load(cursor: string | undefined): Promise<ListPart<number>> {
      asked.push(cursor);
      if (fails) throw new ApiProblem({ kind: 'throttled', message: 'Not now.' });
      const after = Number(cursor ?? -1);
      const rows = numbers.filter((number) => number > after).slice(0, ROWS_A_PART);
      const last = rows.at(-1);
      const isEnd = last === undefined || last === numbers.at(-1);
      return { rows, looked: rows.length, ...(!isEnd && { cursor: String(last) }) };
    },
  };
}

async function settled(pages: Pages<number>): Promise<void> {
  do await new Promise(setImmediate);
  while (pages.isLoading);
}

function start(list: { load(cursor: string | undefined): Promise<ListPart<number>> }, maxKept = 3) {
  const pages = new Pages<number>({ load: list.load, onChange: () => undefined, maxKept });
  const show = async (first: number) => {
    pages.show(first, first + 20);
    await settled(pages);
    return Array.from({ length: 20 }, (_, index) => pages.rowAt(first + index));
  };
  return { pages, show };
}

const twenty = (first: number) => Array.from({ length: 20 }, (_, index) => first + index);

it('loads what is shown and a little more, not the whole', async () => {
  const list = makeList(10_000);
  const { pages, show } = start(list);
  expect(await show(0)).toEqual(twenty(0));
  expect([pages.rowCount, pages.hasMore, pages.looked]).toEqual([200, true, 200]);
  expect(list.asked).toEqual([undefined, '99']);
});

it('comes to the end, with few parts kept, and loads the others again when they are shown', async () => {
  const list = makeList(1_950);
  const { pages, show } = start(list);
  for (let row = 0; pages.hasMore; row += 90) await show(row);
  expect(pages.rowCount).toBe(1_950);
  const there = Array.from({ length: 1_950 }, (_, row) => pages.rowAt(row)).filter(
    (row) => row !== undefined,
  );
  expect(there.length).toBeLessThanOrEqual(300);
  list.asked.length = 0;
  expect(await show(510)).toEqual(twenty(510));
  expect(list.asked).toEqual(['499']);
  expect(pages.rowCount).toBe(1_950);
});

it('looks anew for what comes after a part that has changed, so that nothing is left out or there twice', async () => {
  const list = makeList(2_000);
  const { pages, show } = start(list);
  for (let row = 0; pages.hasMore; row += 90) await show(row);
  list.numbers.splice(550, 10);
  await show(540);
  for (let row = 540; pages.hasMore; row += 90) await show(row);
  expect(pages.rowCount).toBe(1_990);
  expect(await show(590)).toEqual(twenty(600));
  expect(pages.looked).toBe(1_990);
});

it('looks on where a part has nothing, until it is stopped', async () => {
  let calls = 0;
  const pages: Pages<number> = new Pages<number>({
    load: async () => {
      calls += 1;
      if (calls === 5) pages.stop();
      if (calls > 20) throw new Error('It does not stop.');
      return { rows: [], cursor: String(calls), looked: 10 };
    },
    onChange: () => undefined,
  });
  pages.show(0, 20);
  await settled(pages);
  expect([calls, pages.rowCount, pages.hasMore, pages.isStopped]).toEqual([5, 0, true, true]);
  pages.goOn();
  expect(pages.isLoading).toBe(true);
  pages.end();
});

it('keeps what it has when a part fails, and goes on when that is asked for', async () => {
  const list = makeList(1_000);
  const { pages, show } = start(list);
  await show(0);
  list.setFails(true);
  await show(180);
  expect([pages.problem?.kind, pages.rowCount]).toEqual(['throttled', 200]);
  expect(pages.rowAt(150)).toBe(150);
  const calls = list.asked.length;
  await show(185);
  expect(list.asked.length).toBe(calls);
  list.setFails(false);
  pages.goOn();
  await settled(pages);
  expect([pages.problem, pages.rowCount]).toEqual([undefined, 400]);
});
