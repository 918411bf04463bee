import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openDiscardFile } from '@device-lifecycle/operator/dead-letters/discard-log.ts';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { failedInvocation, unanswerable } from '@device-lifecycle/test-kit/letters.ts';
import { createTool, type Tool } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { discardLetters } from '../../src/dead-letters/discard-letters.ts';

const discard = (tool: Tool, values: Readonly<Record<string, unknown>>, ids: readonly string[] = []) =>
  discardLetters(tool.context({ json: true, ...values }, ids), tool.queue, tool.tools);

describe('discarding', () => {
  it('writes down what, why and by whom, and deletes then', async () => {
    const tool = createTool();
    const id = tool.queue.send(unanswerable(), START - 5_000);
    expect(await discard(tool, { reason: 'a test' }, [id])).toBe(0);
    expect(tool.written).toEqual([
      {
        discardedAt: new Date(START).toISOString(),
        discardedBy: 'arn:aws:sts::123456789012:assumed-role/operator/ann',
        reason: 'a test',
        messageId: id,
        sentAt: new Date(START - 5_000).toISOString(),
        error: 'Unanswerable',
        body: unanswerable(),
      },
    ]);
    expect(tool.queue.ids()).toEqual([]);
  });

  it('keeps what could not be written down', async () => {
    const tool = createTool();
    const id = tool.queue.send(unanswerable(), START);
    const openDiscardLog: typeof tool.tools.openDiscardLog = async () => ({
      append: () => Promise.reject(new Error('the disk is full')),
      close: async () => undefined,
    });
    expect(await discard({ ...tool, tools: { ...tool.tools, openDiscardLog } }, { reason: 'x' }, [id])).toBe(
      4,
    );
    expect(tool.json()).toMatchObject({
      outcomes: [{ outcome: 'kept', detail: expect.stringContaining('the disk is full') }],
    });
    expect(tool.queue.visibleIds()).toEqual([id]);
  });

  it('does nothing without a reason, nor to all of them without being asked', async () => {
    const tool = createTool();
    const id = tool.queue.send(unanswerable(), START);
    await expect(discard(tool, {}, [id])).rejects.toMatchObject({ exitCode: 2 });
    await expect(discard(tool, { reason: ' ' }, [id])).rejects.toMatchObject({ exitCode: 2 });
    await expect(discard(tool, { reason: 'x', all: true })).rejects.toMatchObject({ exitCode: 2 });
    expect(tool.written).toEqual([]);
    expect(tool.queue.visibleIds()).toEqual([id]);
  });

  it('asks before it discards all of them, and takes no for an answer', async () => {
    const [no, yes] = [createTool({ answers: false }), createTool({ answers: true })];
    for (const tool of [no, yes]) tool.queue.send(unanswerable(), START);
    await expect(discard(no, { reason: 'x', all: true })).rejects.toThrow('Nothing was discarded.');
    expect(no.queue.visibleIds()).toHaveLength(1);
    expect(await discard(yes, { reason: 'x', all: true })).toBe(0);
    expect(yes.queue.ids()).toEqual([]);
  });

  it.each([
    [1, 'Discard 1 dead letter of'],
    [2, 'Discard 2 dead letters of'],
  ])('has %d in hand for as long as somebody thinks', async (count, question) => {
    const tool = createTool({ answers: true });
    for (let n = 0; n < count; n += 1) tool.queue.send(unanswerable(), START);
    const context = tool.context({ reason: 'x', all: true });
    const seen: string[] = [];
    let isAsking = true;
    const asks: typeof context.terminal.confirm = async (text) => {
      seen.push(text);
      for (let minute = 0; minute < 20; minute += 1) {
        tool.clock.advance(60_000);
        seen.push(...tool.queue.visibleIds());
        await setImmediate();
      }
      isAsking = false;
      return true;
    };
    const sleep = async (ms: number, signal?: AbortSignal) => {
      if (!isAsking) tool.clock.advance(ms);
      const endsAt = tool.clock() + (isAsking ? ms : 0);
      while (tool.clock() < endsAt && signal?.aborted !== true) await setImmediate();
    };
    const slow = {
      ...context,
      clock: { ...context.clock, sleep },
      terminal: { ...context.terminal, confirm: asks },
    };

    expect(await discardLetters(slow, tool.queue, tool.tools)).toBe(0);
    expect(seen).toEqual([expect.stringContaining(question)]);
    expect(tool.queue.ids()).toEqual([]);
  });

  it('says that there are none, or none of these', async () => {
    const tool = createTool();
    expect(await discard(tool, { reason: 'x', all: true, yes: true })).toBe(0);
    tool.queue.send(unanswerable(), START);
    expect(await discard(tool, { reason: 'x', all: true, yes: true, error: 'Throttled' })).toBe(0);
    expect(tool.said.error).toEqual(['There are no dead letters.', 'There is no such dead letter among 1.']);
  });

  it('discards with --yes what the filters leave', async () => {
    const tool = createTool();
    tool.queue.send(unanswerable(), START);
    const other = tool.queue.send(failedInvocation('dev-1'), START);
    expect(await discard(tool, { reason: 'x', all: true, yes: true, error: 'unanswerable' })).toBe(0);
    expect(tool.queue.visibleIds()).toEqual([other]);
  });
});

describe('a file of what was discarded', () => {
  it('gets a line for each, after those that are there', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'discarded-'));
    const file = join(directory, 'discarded.jsonl');
    const entry = {
      discardedAt: '2026-06-01T12:00:00.000Z',
      discardedBy: 'ann',
      reason: 'a\nb',
      messageId: '1',
      sentAt: '2026-06-01T11:00:00.000Z',
      error: 'Unanswerable',
      body: '{}',
    };
    try {
      for (const messageId of ['1', '2']) {
        const log = await openDiscardFile(file);
        await log.append({ ...entry, messageId });
        await log.close();
      }
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual([entry, { ...entry, messageId: '2' }]);
      await expect(openDiscardFile(directory)).rejects.toThrow('cannot be written to');
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
