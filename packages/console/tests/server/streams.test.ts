import { systemClock } from '@device-lifecycle/operator/clock.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import type { LiveMessage } from '../../src/contract/live.ts';
import { ApiError } from '../../src/server/api-error.ts';
import { createClients } from '../../src/server/clients.ts';
import { jsonLines } from '../../src/server/json-lines.ts';
import { liveRoutes } from '../../src/server/live/live-routes.ts';

/** Lets everybody who can go on do so. */
const turns = async (count = 50) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

async function answerWith(
  produce: (signal: AbortSignal) => AsyncIterable<unknown>,
): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const app = new Hono().get('/', (context) => jsonLines(context, testStack, produce));
  const reader = (await app.request('/')).body?.getReader();
  if (reader === undefined) throw new Error('There is no body.');
  return reader;
}

async function linesOf(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<readonly unknown[]> {
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += new TextDecoder().decode(part.value);
  }
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('lines of JSON', () => {
  test('end with a problem when what makes them fails', async () => {
    const reader = await answerWith(async function* () {
      yield { at: 1 };
      throw new ApiError('notFound', 'It is gone.');
    });

    expect(await linesOf(reader)).toEqual([
      { at: 1 },
      { problem: { kind: 'notFound', message: 'It is gone.' } },
    ]);
  });

  test('are not made faster than the page takes them, and no more of them once it has gone', async () => {
    let made = 0;
    let isTidy = false;
    const reader = await answerWith(async function* () {
      try {
        // Does not look at its signal.
        for (;;) yield { made: ++made };
      } finally {
        isTidy = true;
      }
    });
    await reader.read();
    await turns();
    expect(made).toBeLessThan(10);
    await reader.cancel();
    await turns();
    const madeInAll = made;
    await turns();

    expect(made).toBe(madeInAll);
    expect(isTidy).toBe(true);
  });
});

describe('the stream of what happens', () => {
  /** One page, and what the feed tells it. */
  function createPage() {
    const ended = new AbortController();
    const heard: { hear?: (message: LiveMessage) => void; signal?: AbortSignal } = {};
    const app = liveRoutes({
      stack: testStack,
      clients: createClients(testStack),
      clock: systemClock,
      isReadOnly: false,
      pollMs: 1_000,
      feed: { listen: (hear, signal) => Object.assign(heard, { hear, signal }) },
      signal: ended.signal,
    });
    return { app, heard, ended };
  }

  const message: LiveMessage = { type: 'lifecycle', events: [], counts: {} };

  test('is ended for a page that takes nothing, which keeps what is waiting for it small', async () => {
    const { app, heard } = createPage();
    const response = await app.request('/');
    for (let count = 0; count < 1_000; count++) heard.hear?.(message);
    await turns();
    expect(heard.signal?.aborted).toBe(true);

    const text = await response.text();
    expect(text.split('event: lifecycle').length - 1).toBe(50);
  });

  test('goes on for a page that takes all, until it goes', async () => {
    const { app, heard } = createPage();
    const reader = (await app.request('/')).body?.getReader();
    for (let count = 0; count < 200; count++) {
      heard.hear?.(message);
      await reader?.read();
    }
    expect(heard.signal?.aborted).toBe(false);
    await reader?.cancel();
    await turns();

    expect(heard.signal?.aborted).toBe(true);
  });

  test('ends with the console', async () => {
    const { app, heard, ended } = createPage();
    const response = await app.request('/');
    ended.abort();

    expect(await response.text()).toBe('');
    expect(heard.signal?.aborted).toBe(true);
  });
});
