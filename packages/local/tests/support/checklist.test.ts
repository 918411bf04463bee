import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type ApiChapter, apiChapters, otherChapters } from '../../src/support/chapters.ts';
import { renderChecklist, replaceChecklist } from '../../src/support/render.ts';
import type { SupportChapter } from '../../src/support/support.ts';

const PAGE = join(import.meta.dirname, '../../README.md');

const source = 'https://docs.aws.amazon.com/';

describe('the checklist', () => {
  const queues: ApiChapter = {
    title: 'Queues: operations',
    source,
    api: 'sqs',
    entries: [
      { name: 'Receive', status: 'partly', note: 'One | two, `Max_A`, a_b.' },
      { name: 'Send', status: 'runs' },
      { name: 'Move', status: 'refused' },
    ],
    refusal: 'InvalidAction.',
    others: [{ name: 'XML', status: 'refused', note: 'JSON alone.' }],
  };
  const states: SupportChapter = {
    title: 'States',
    source,
    entries: [
      { name: 'Task: Resource', status: 'runs' },
      { name: 'Task: Next', status: 'runs' },
      { name: 'Wait: Seconds', status: 'runs' },
      { name: 'a', status: 'refused', note: 'No.' },
      { name: 'b', status: 'refused', note: 'No.' },
      { name: 'order', status: 'unconfirmed', note: 'As given: nobody says.' },
    ],
  };
  const lines = renderChecklist([queues], [states]).split('\n');

  test.each([
    '| Queues | 2 | 3 |',
    `2 of [3](${source}) run: Receive · Send`,
    '| Receive | partly | One \\| two, `Max_A`, a\\_b. |',
    '| XML | refused | JSON alone. |',
    '<details><summary>1 are refused</summary>',
    'InvalidAction.',
    'Move',
    `1 more [unconfirmed](#unconfirmed). [As AWS has it](${source}).`,
    'Runs: Wait: Seconds',
    '| **Task** | Resource · Next |',
    '| a · b | refused | No. |',
    `| [States](${source}) | order | As given: nobody says. |`,
  ])('has the line %s', (line) => {
    expect(lines).toContain(line);
  });

  test('takes the place of the one before it, and of nothing else', () => {
    const [one, other] = [renderChecklist([], [states]), renderChecklist([queues], [])];

    expect(replaceChecklist(`# A\n\n${one}\n\nB\n`, other)).toBe(`# A\n\n${other}\n\nB\n`);
    expect(() => replaceChecklist('# A', other)).toThrow('The page has no');
  });
});

describe('what the rooms say', () => {
  const all = [...apiChapters, ...otherChapters];

  test('has a reason wherever something is not as on AWS', () => {
    const bare = otherChapters.flatMap(({ entries }) =>
      entries.filter(({ status, note }) => status !== 'runs' && note === undefined),
    );
    expect(bare).toEqual([]);
  });

  test('says everything once', () => {
    const twice = all.flatMap(({ title, entries }) => {
      const names = entries.map(({ name }) => name);
      return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${title}: ${name}`);
    });
    expect(twice).toEqual([]);
  });

  test('is in local/README.md: if not, run `npm run support`', async () => {
    const page = await readFile(PAGE, 'utf8');

    expect(page).toBe(replaceChecklist(page, renderChecklist(apiChapters, otherChapters)));
  });
});
