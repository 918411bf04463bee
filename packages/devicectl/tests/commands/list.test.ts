import { START } from '@device-lifecycle/test-kit/clock.ts';
import {
  failedInvocation,
  failedRule,
  failedStreamBatch,
  unanswerable,
} from '@device-lifecycle/test-kit/letters.ts';
import { createTool, type Tool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { listLetters } from '../../src/dead-letters/list-letters.ts';
import { showLetter } from '../../src/dead-letters/show-letter.ts';

let tool: Tool;

beforeEach(() => {
  tool = createTool();
});

const list = (values: Readonly<Record<string, unknown>>, on = tool) =>
  listLetters(on.context(values), testStack, on.queue);

describe('the list', () => {
  it('has each letter once, the oldest first, and hides none of them afterwards', async () => {
    const ids = [3, 1, 2, 5, 4].map((n) => tool.queue.send(failedInvocation(`dev-${n}`), START + n));
    expect(await list({ json: true })).toBe(0);
    const { letters, sawAll } = tool.json() as { letters: { deviceId: string }[]; sawAll: boolean };
    expect(letters.map(({ deviceId }) => deviceId)).toEqual(['dev-1', 'dev-2', 'dev-3', 'dev-4', 'dev-5']);
    expect(sawAll).toBe(true);
    expect([...tool.queue.visibleIds()].sort()).toEqual([...ids].sort());
  });

  it('has a letter once even if the queue hands it out twice', async () => {
    tool.queue.send(failedInvocation('dev-1'), START);
    const [message] = await tool.queue.receive(0);
    const pages = [[message], [message], []];
    const receive = async () => (pages.shift() ?? []).filter((one) => one !== undefined);
    await list({ json: true }, { ...tool, queue: { ...tool.queue, receive } });
    expect(tool.json()['letters']).toHaveLength(1);
  });

  it('ends in time when the queue has more and more, and says that there are more', async () => {
    const receive: typeof tool.queue.receive = async (seconds) => {
      tool.clock.advance(1_000);
      tool.queue.send(failedInvocation('dev-1'), tool.clock());
      return tool.queue.receive(seconds);
    };
    await list({ json: true }, { ...tool, queue: { ...tool.queue, receive } });
    expect(tool.json()).toMatchObject({ sawAll: false });
    expect(tool.queue.visibleIds()).toHaveLength(tool.queue.ids().length);
  });

  it('says of each what it is, and whether it can be sent again', async () => {
    for (const [n, body] of [
      failedInvocation('dev-1'),
      failedRule('update'),
      failedStreamBatch(),
      unanswerable(),
      'x',
    ].entries())
      tool.queue.send(body, START + n);
    await list({ json: true });
    expect(tool.json()['letters']).toMatchObject([
      { kind: 'invocation', functionName: 'register-device', tries: 3, canBeRedriven: true },
      {
        kind: 'rule',
        functionName: 'update-device',
        ruleName: 'device_lifecycle_dev_update',
        canBeRedriven: true,
      },
      { kind: 'stream', functionName: 'settle-moved-devices', canBeRedriven: true },
      { kind: 'unanswerable', topic: 'devices/dev-1/nonsense', canBeRedriven: false },
      { kind: 'foreign', error: 'It is not JSON', canBeRedriven: false },
    ]);
  });

  it('is a table for people, in which a device cannot meddle with the terminal', async () => {
    tool.queue.send(failedInvocation('dev\u001b[31m-1\n'), START);
    await list({});
    const [header, row, ...more] = tool.said.out.join('\n').split('\n');
    expect(header).toMatch(/^MESSAGE ID +SENT AT +KIND +FUNCTION +DEVICE +TRIES +ERROR$/);
    expect(row).toContain('register-device  dev\\u001b[31m-1');
    expect(row).toContain('Throttled: DynamoDB is throttled.');
    expect(more).toEqual([]);
    expect(tool.said.error).toEqual(['1 dead letter of device-lifecycle-dev in a test.']);
  });

  it('tells of those that are in the hands of somebody else', async () => {
    tool.queue.send(failedInvocation('dev-1'), START);
    await tool.queue.receive(60);
    await list({});
    expect(tool.said.error.join()).toContain("About 1 more in somebody's hands");
  });

  it('still lists when what it took cannot be given back, and says so', async () => {
    tool.queue.send(failedInvocation('dev-1'), START);
    const hideAll = () => Promise.reject(new Error('gone'));
    expect(await list({ json: true }, { ...tool, queue: { ...tool.queue, hideAll } })).toBe(0);
    expect(tool.said.error.join()).toContain('stay hidden');
    tool.clock.advance(60_000);
    expect(tool.queue.visibleIds()).toHaveLength(1);
  });
});

describe('showing', () => {
  const show = (id: string, values: Readonly<Record<string, unknown>> = {}) =>
    showLetter(tool.context(values, [id]), testStack, tool.queue);

  it('has the original payload, what redrive would do, and the message as it is', async () => {
    const body = failedInvocation('dev-1');
    const id = tool.queue.send(body, START);
    expect(await show(id, { json: true })).toBe(0);
    expect(tool.json()).toMatchObject({
      messageId: id,
      payload: { text: '{"serialNumber":"SN-1"}' },
      redrive: { action: 'invoke', functionName: 'register-device' },
      body,
    });
    expect(tool.queue.visibleIds()).toEqual([id]);
  });

  it('has a payload that is no text as base64', async () => {
    const id = tool.queue.send(failedRule('update', { base64OriginalPayload: '/wA=' }), START);
    await show(id, { json: true });
    expect(tool.json()['payload']).toEqual({ base64: '/wA=' });
  });

  it('says for people what is not as it was, and why something cannot be sent', async () => {
    const [rule, lost] = [failedRule('register'), unanswerable()].map((body) => tool.queue.send(body, START));
    await show(rule ?? '');
    await show(lost ?? '');
    expect(tool.said.out[0]).toMatch(
      /redrive {5}invokes register-device asynchronously\.\n +AWS IoT does not tell when/,
    );
    expect(tool.said.out[1]).toContain('cannot send it. There is nobody to answer');
  });

  it('tells that there is none, and gives back what it has looked through', async () => {
    const id = tool.queue.send(unanswerable(), START);
    await expect(show('nobody')).rejects.toMatchObject({ exitCode: 3 });
    expect(tool.queue.visibleIds()).toEqual([id]);
  });
});
