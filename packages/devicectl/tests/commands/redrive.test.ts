import { START } from '@device-lifecycle/test-kit/clock.ts';
import {
  failedInvocation,
  failedRule,
  failedStreamBatch,
  unanswerable,
} from '@device-lifecycle/test-kit/letters.ts';
import { createTool, type Tool } from '@device-lifecycle/test-kit/tool.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { redriveLetters } from '../../src/dead-letters/redrive-letters.ts';

let tool: Tool;

beforeEach(() => {
  tool = createTool();
});

const awsError = (name: string, message = 'no') => Object.assign(new Error(message), { name });

function redrive(values: Readonly<Record<string, unknown>>, ids: readonly string[] = [], on: Tool = tool) {
  return redriveLetters(on.context({ json: true, ...values }, ids), on.queue, on.tools);
}

const outcomes = () => tool.json()['outcomes'] as { outcome: string; detail?: string; messageId: string }[];

describe('redriving', () => {
  it('sends the event again as it was, and takes the letter out of the queue', async () => {
    const id = tool.queue.send(failedInvocation('dev-1'), START);
    expect(await redrive({}, [id])).toBe(0);
    expect(tool.sent).toEqual([
      {
        functionName: 'register-device',
        event: JSON.stringify(JSON.parse(failedInvocation('dev-1')).requestPayload),
      },
    ]);
    expect(outcomes()).toEqual([
      { messageId: id, functionName: 'register-device', deviceId: 'dev-1', outcome: 'sent' },
    ]);
    expect(tool.queue.ids()).toEqual([]);
  });

  it('sends the oldest first, whatever the order in which the queue hands them out', async () => {
    const sentAt = [5, 1, 4, 2, 3, 7, 6];
    for (const n of sentAt) tool.queue.send(failedInvocation(`dev-${n}`), START + n);
    expect(await redrive({ all: true })).toBe(0);
    expect(tool.sent.map(({ event }) => JSON.parse(event).deviceId)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((n) => `dev-${n}`),
    );
  });

  it('sends so many a second', async () => {
    for (let n = 0; n < 5; n += 1) tool.queue.send(failedInvocation(`dev-${n}`), START + n);
    const before = tool.clock();
    await redrive({ all: true, rate: '2' });
    expect(tool.clock() - before).toBe(2_000);
  });

  it('sends what the filters leave, and gives all others back', async () => {
    tool.queue.send(failedInvocation('dev-1'), START);
    const other = tool.queue.send(failedInvocation('dev-2', 'update-device'), START);
    const presence = tool.queue.send(failedRule('update'), START);
    expect(
      await redrive({ all: true, function: 'device-lifecycle-dev-register-device', error: 'THROTTLED' }),
    ).toBe(0);
    expect(tool.sent.map(({ event }) => JSON.parse(event).deviceId)).toEqual(['dev-1']);
    expect([...tool.queue.visibleIds()].sort()).toEqual([other, presence].sort());
  });

  it('takes no more than --max, the oldest', async () => {
    const [first, second] = [START, START + 1].map((at) => tool.queue.send(failedInvocation('dev-1'), at));
    await redrive({ all: true, max: '1' });
    expect(outcomes().map(({ messageId }) => messageId)).toEqual([first]);
    expect(tool.queue.visibleIds()).toEqual([second]);
  });

  it('sends nothing in a dry run, but says what it would', async () => {
    tool.queue.send(failedRule('register'), START);
    tool.queue.send(unanswerable(), START + 1);
    expect(await redrive({ all: true, 'dry-run': true })).toBe(4);
    expect(outcomes()).toMatchObject([
      {
        outcome: 'wouldBeSent',
        functionName: 'register-device',
        detail: expect.stringContaining('certificate'),
      },
      { outcome: 'kept', detail: expect.stringContaining('nobody to answer') },
    ]);
    expect(tool.sent).toEqual([]);
    expect(tool.queue.visibleIds()).toHaveLength(2);
  });

  it('keeps what it knows no target for, however many, and sends the others', async () => {
    for (let n = 0; n < 7; n += 1) tool.queue.send(n % 2 ? unanswerable() : '{"hello":"world"}', START + n);
    tool.queue.send(failedInvocation('dev-1'), START + 10);
    expect(await redrive({ all: true })).toBe(4);
    expect(tool.sent).toHaveLength(1);
    expect(tool.queue.visibleIds()).toHaveLength(7);
  });

  it('begins nothing when an id is not in the queue', async () => {
    const id = tool.queue.send(failedInvocation('dev-1'), START);
    await expect(redrive({}, [id, 'nobody'])).rejects.toMatchObject({ exitCode: 3 });
    expect(tool.sent).toEqual([]);
    expect(tool.queue.visibleIds()).toEqual([id]);
  });

  it.each([
    ['nothing is named', {}, []],
    ['ids and --all are', { all: true }, ['x']],
    ['a filter is without --all', { function: 'register-device' }, ['x']],
    ['the rate is zero', { all: true, rate: '0' }, []],
    ['the rate is no number', { all: true, rate: 'fast' }, []],
    ['--max is no whole number', { all: true, max: '1.5' }, []],
  ])('is refused when %s', async (_, values, ids) => {
    await expect(redrive(values, ids)).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('redriving records of a stream', () => {
  it('has the function handle them, and waits for what it answers', async () => {
    tool.queue.send(failedStreamBatch(), START);
    expect(await redrive({ all: true })).toBe(0);
    expect(tool.sent).toEqual([
      { functionName: 'settle-moved-devices', event: '{"Records":[{"eventID":"1"}]}' },
    ]);
    expect(tool.queue.ids()).toEqual([]);
  });

  it('keeps the letter when the function answers that it could not', async () => {
    const id = tool.queue.send(failedStreamBatch(), START);
    const functions = {
      ...tool.tools.functions,
      invoke: async () => ({ batchItemFailures: [{ itemIdentifier: '100' }] }),
    };
    const on = { ...tool, tools: { ...tool.tools, functions } };
    expect(await redrive({ all: true }, [], on)).toBe(4);
    expect(outcomes()).toMatchObject([
      { outcome: 'kept', detail: expect.stringContaining('could not handle') },
    ]);
    expect(tool.queue.visibleIds()).toEqual([id]);
  });
});

describe('nothing is lost', () => {
  const failing = (error: unknown, times = Number.POSITIVE_INFINITY): Tool => {
    let left = times;
    const { functions } = tool.tools;
    const invokeAsync: typeof functions.invokeAsync = async (...args) => {
      left -= 1;
      if (left >= 0) throw error;
      await functions.invokeAsync(...args);
    };
    return { ...tool, tools: { ...tool.tools, functions: { ...functions, invokeAsync } } };
  };

  it('when the function cannot be invoked: the letter stays, for others too, and the output says why', async () => {
    const id = tool.queue.send(failedInvocation('dev-1'), START);
    expect(await redrive({}, [id], failing(awsError('ServiceException', 'try later')))).toBe(4);
    expect(outcomes()).toMatchObject([{ outcome: 'kept', detail: 'ServiceException: try later.' }]);
    expect(tool.queue.visibleIds()).toEqual([id]);
  });

  it('when Lambda throttles some: those stay, the others are sent', async () => {
    const ids = [0, 1, 2, 3].map((n) => tool.queue.send(failedInvocation(`dev-${n}`), START + n));
    expect(await redrive({ all: true }, [], failing(awsError('TooManyRequestsException'), 2))).toBe(4);
    expect(outcomes().map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'sent', 'sent']);
    expect([...tool.queue.visibleIds()].sort()).toEqual(ids.slice(0, 2).sort());
  });

  it('when nothing goes: it stops after five in a row, and the rest is not even tried', async () => {
    for (let n = 0; n < 8; n += 1) tool.queue.send(failedInvocation(`dev-${n}`), START + n);
    await redrive({ all: true }, [], failing(awsError('TooManyRequestsException')));
    expect(outcomes().filter(({ detail }) => detail?.startsWith('Not tried'))).toHaveLength(3);
    expect(tool.queue.visibleIds()).toHaveLength(8);
  });

  it('when access is denied or has expired: it stops at once', async () => {
    for (let n = 0; n < 3; n += 1) tool.queue.send(failedInvocation(`dev-${n}`), START + n);
    await redrive({ all: true }, [], failing(awsError('ExpiredTokenException')));
    expect(outcomes().map(({ detail }) => detail)).toEqual([
      expect.stringContaining('have expired'),
      expect.stringContaining('Not tried'),
      expect.stringContaining('Not tried'),
    ]);
    expect(tool.queue.visibleIds()).toHaveLength(3);
  });

  it('when it cannot be deleted after it was sent: it stays, and a second time sends the very same', async () => {
    const id = tool.queue.send(failedInvocation('dev-1'), START);
    const broken = { ...tool.queue, delete: () => Promise.reject(awsError('ServiceUnavailable')) };
    expect(await redrive({}, [id], { ...tool, queue: broken })).toBe(4);
    expect(outcomes()).toMatchObject([{ outcome: 'notDeleted' }]);
    expect(tool.queue.visibleIds()).toEqual([id]);

    tool.said.out.length = 0;
    expect(await redrive({}, [id])).toBe(0);
    expect(tool.sent[1]).toEqual(tool.sent[0]);
    expect(tool.queue.ids()).toEqual([]);
  });

  it('when the tool is killed between sending and deleting: the letter comes back by itself', async () => {
    const id = tool.queue.send(failedInvocation('dev-1'), START);
    let reachedDelete = () => {};
    const deleting = new Promise<void>((resolve) => {
      reachedDelete = resolve;
    });
    // Nothing happens any more from there on, as in a process that was killed.
    const dead = () => {
      reachedDelete();
      return new Promise<never>(() => {});
    };
    void redrive({}, [id], { ...tool, queue: { ...tool.queue, delete: dead } });
    await deleting;
    expect(tool.sent).toHaveLength(1);
    expect(tool.queue.visibleIds()).toEqual([]);

    tool.clock.advance(180_000);
    expect(tool.queue.visibleIds()).toEqual([id]);
    expect(await redrive({}, [id])).toBe(0);
    expect(tool.sent[1]).toEqual(tool.sent[0]);
    expect(tool.queue.ids()).toEqual([]);
  });

  it('when it is interrupted: what is not sent yet is given back', async () => {
    for (let n = 0; n < 4; n += 1) tool.queue.send(failedInvocation(`dev-${n}`), START + n);
    const { functions } = tool.tools;
    const invokeAsync: typeof functions.invokeAsync = async (...args) => {
      await functions.invokeAsync(...args);
      tool.interrupted.abort();
    };
    const on = { ...tool, tools: { ...tool.tools, functions: { ...functions, invokeAsync } } };
    expect(await redrive({ all: true }, [], on)).toBe(4);
    expect(tool.sent).toHaveLength(1);
    expect(tool.queue.visibleIds()).toHaveLength(3);
  });

  it('when the queue cannot be read to its end: what was taken is given back', async () => {
    for (let n = 0; n < 4; n += 1) tool.queue.send(failedInvocation(`dev-${n}`), START + n);
    let calls = 0;
    const receive: typeof tool.queue.receive = async (seconds) => {
      calls += 1;
      if (calls === 2) throw awsError('RequestThrottled');
      return tool.queue.receive(seconds);
    };
    await expect(
      redrive({ all: true }, [], { ...tool, queue: { ...tool.queue, receive } }),
    ).rejects.toThrow();
    expect(tool.queue.visibleIds()).toHaveLength(4);
  });
});

describe('two operators', () => {
  it('at the same time send each letter once', async () => {
    for (let n = 0; n < 20; n += 1) tool.queue.send(failedInvocation(`dev-${n}`), START + n);
    await Promise.all([redrive({ all: true }), redrive({ all: true })]);
    const devices = tool.sent.map(({ event }) => JSON.parse(event).deviceId);
    expect(devices).toHaveLength(20);
    expect(new Set(devices).size).toBe(20);
    expect(tool.queue.ids()).toEqual([]);
  });

  it('do not send what the other has got in the meantime, because one of them was slow', async () => {
    const id = tool.queue.send(failedInvocation('dev-1'), START);
    const claim: typeof tool.queue.claim = async (...args) => {
      // The machine slept; the letter came back, and somebody else took it.
      tool.clock.advance(3_600_000);
      await tool.queue.receive(60);
      return tool.queue.claim(...args);
    };
    expect(await redrive({}, [id], { ...tool, queue: { ...tool.queue, claim } })).toBe(4);
    expect(outcomes()).toMatchObject([{ messageId: id, outcome: 'skipped' }]);
    expect(tool.sent).toEqual([]);
    expect(tool.queue.ids()).toEqual([id]);
  });
});
