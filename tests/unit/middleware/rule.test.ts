import '../../support/lambda-environment.ts';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod/mini';
import { DeviceNotFound, IntegrityViolation, TransactionConflict } from '../../../shared/errors.ts';
import { attributesField, nameField } from '../../../shared/input.ts';
import { type DeviceRequest, isRuleEvent, onRule } from '../../../shared/middleware/rule.ts';
import type { Timing } from '../../../shared/ports.ts';
import { aContext, aRuleEvent } from '../../support/lambda.ts';

const payload = z.strictObject({ name: z.optional(nameField), attributes: z.optional(attributesField) });
type Handle = (request: DeviceRequest<z.output<typeof payload>>, context: Timing) => Promise<object>;

describe('a function that a rule invokes', () => {
  let published: { topic: string; document: Record<string, unknown> }[];
  let handled: Parameters<Handle>[];
  let handle: Handle;
  let publish: (topic: string, document: Readonly<Record<string, unknown>>) => Promise<void>;

  beforeEach(() => {
    published = [];
    handled = [];
    handle = async () => ({ deviceId: 'sensor-1', version: 7 });
    publish = async (topic, document) => {
      published.push({ topic, document });
    };
  });

  const handler = onRule({ payload, notices: { publish: (...parts) => publish(...parts) } }, (...parts) => {
    handled.push(parts);
    return handle(...parts);
  });
  const invoke = (event: unknown, remainingMs?: number) => handler(event, aContext(remainingMs));

  function expectRejection(code: string, message: unknown = expect.any(String)) {
    expect(published).toEqual([
      {
        topic: 'devices/sensor-1/register/rejected',
        document: { code, message, requestId: expect.any(String), timestamp: expect.any(Number) },
      },
    ]);
  }

  it('hands the request to its command and tells the device what came of it', async () => {
    const event = aRuleEvent({ requestId: 'request-1', name: 'pump' });
    await invoke(event);
    expect(handled[0]?.[0]).toEqual({
      deviceId: 'sensor-1',
      payload: { name: 'pump' },
      certificateId: 'a'.repeat(64),
      requestId: 'request-1',
      requestedAt: event['receivedAt'],
      correlationId: 'trace-1',
    });
    const document = {
      deviceId: 'sensor-1',
      version: 7,
      requestId: 'request-1',
      timestamp: expect.any(Number),
    };
    expect(published).toEqual([{ topic: 'devices/sensor-1/register/accepted', document }]);
  });

  it('takes the trace id for the request id when the device gave none', async () => {
    await invoke(aRuleEvent({}));
    expect(published[0]?.document).toMatchObject({ requestId: 'trace-1' });
  });

  it('takes an empty payload for an empty object', async () => {
    await invoke(aRuleEvent(''));
    expect(handled[0]?.[0].payload).toEqual({});
  });

  it.each(['iot', 'user', 'AROAEXAMPLE:session', undefined])(
    'knows no certificate in the principal %p',
    async (principal) => {
      await invoke(aRuleEvent({}, { principal }));
      expect(handled[0]?.[0].certificateId).toBeUndefined();
    },
  );

  it('tells its command to give up in time to be tried again', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(START);
    try {
      await invoke(aRuleEvent({}), 10_000);
    } finally {
      now.mockRestore();
    }
    expect(handled[0]?.[1].deadlineEpochMs).toBe(START + 6_500);
  });

  it.each<[what: string, payload: unknown, message: unknown]>([
    ['not JSON', 'on fire', expect.stringContaining('not JSON')],
    ['half an object', '{"name": ', expect.stringContaining('not JSON')],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), expect.stringContaining('not JSON in UTF-8')],
    ['a list', [], expect.stringContaining('not a JSON object')],
    ['null', 'null', expect.stringContaining('not a JSON object')],
    ['a text', '"text"', expect.stringContaining('not a JSON object')],
    ['a wrong type', { name: 5 }, expect.stringContaining('name: ')],
    ['an empty text', { name: '' }, expect.stringContaining('name: ')],
    ['a control character', { name: 'a\u0000b' }, expect.stringContaining('name: must not contain control')],
    ['half a character', '{"name": "\\ud83d"}', expect.stringContaining('name: must be well-formed')],
    ['an unknown field', { colour: 'red' }, expect.stringContaining('colour')],
    [
      'an unknown field that JavaScript knows',
      '{"__proto__": {"name": "x"}}',
      expect.stringContaining('__proto__'),
    ],
    ['a request id of a wrong type', { requestId: 5 }, expect.stringContaining('requestId: ')],
    ['a request id without end', { requestId: 'x'.repeat(129) }, expect.stringContaining('requestId: ')],
    ['attributes that vanish', '{"attributes": {"__proto__": 1}}', expect.stringContaining('__proto__')],
    [
      'attributes that are misread',
      { attributes: { constructor: 1 } },
      expect.stringContaining('constructor'),
    ],
    [
      'attributes that lose digits',
      '{"attributes": {"n": 9007199254740993}}',
      expect.stringContaining('digits'),
    ],
    ['attributes that are a list', { attributes: [] }, expect.stringContaining('attributes: ')],
  ])('rejects a payload that is or has %s, and is not tried again', async (_, bad, message) => {
    await invoke(aRuleEvent(bad));
    expect(handled).toEqual([]);
    expectRejection('InvalidInput', message);
  });

  it('rejects 128 KB of brackets without running out of stack', async () => {
    await invoke(aRuleEvent(`{"attributes":{"a":${'['.repeat(65_000)}${']'.repeat(65_000)}}}`));
    expectRejection('InvalidInput', expect.stringContaining('deeper than 16 levels'));
  });

  it.each([
    ['unknown fields', Object.fromEntries(Array.from({ length: 8_000 }, (_, n) => [`unknown-${n}`, n]))],
    ['an unknown field with a name of 128 KB', { ['n'.repeat(131_000)]: 1 }],
    ['an attribute with a name of 128 KB', { attributes: { ['n'.repeat(131_000)]: 1 } }],
  ])('answers briefly, whatever 128 KB of %s say', async (_, bad) => {
    await invoke(aRuleEvent(bad));
    expectRejection('InvalidInput');
    expect(Buffer.byteLength(JSON.stringify(published[0]?.document))).toBeLessThan(10_000);
  });

  it('accepts 128 KB of what is wanted', async () => {
    const attributes = { log: 'x'.repeat(130_000) };
    await invoke(aRuleEvent({ attributes }));
    expect(handled[0]?.[0].payload).toEqual({ attributes });
  });

  it('echoes a request id although the rest of the payload is wrong', async () => {
    await invoke(aRuleEvent({ requestId: 'request-1', name: 5 }));
    expect(published[0]?.document).toMatchObject({ code: 'InvalidInput', requestId: 'request-1' });
  });

  it('tells the sender, and nobody else, that the topic is not its own', async () => {
    await invoke(aRuleEvent({ requestId: 'request-1' }, { clientId: 'intruder' }));
    expect(handled).toEqual([]);
    expect(published).toMatchObject([
      {
        topic: 'devices/intruder/register/rejected',
        document: { code: 'DeviceIdMismatch', requestId: 'request-1' },
      },
    ]);
  });

  it.each(['a b', 'ä', 'a$b', 'a.b'])('rejects the illegal device id %p', async (deviceId) => {
    await invoke(aRuleEvent({}, { deviceId }));
    expect(handled).toEqual([]);
    expect(published).toMatchObject([
      { topic: `devices/${deviceId}/register/rejected`, document: { code: 'InvalidInput' } },
    ]);
  });

  it('tells of an id without end, or of more than one line, no more than an id can have', async () => {
    await invoke(aRuleEvent({}, { deviceId: `x\n${'y'.repeat(10_000)}`, clientId: 'sensor-1' }));
    expectRejection(
      'DeviceIdMismatch',
      expect.stringMatching(/^This topic belongs to the device "x\\u000ay{126}", but/),
    );
  });

  it.each([
    ['an operation that there is not', { operation: '__proto__' }],
    ['a client whose topics cannot be', { clientId: 'line\nline', deviceId: 'line\nline' }],
    ['a client whose id is no text', { clientId: '\ud800', deviceId: '\ud800' }],
  ])('throws what tells of %s, and answers nobody', async (_, changes) => {
    await expect(invoke(aRuleEvent({}, changes))).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(published).toEqual([]);
  });

  it('answers a refusal of its command, and ends well', async () => {
    handle = async () => {
      throw new DeviceNotFound('sensor-1');
    };
    await invoke(aRuleEvent({ requestId: 'request-1' }));
    expectRejection('DeviceNotFound', expect.stringContaining('Register it first'));
  });

  it.each([
    new TransactionConflict('busy'),
    new IntegrityViolation('broken'),
    new TypeError('a bug'),
    Object.assign(new Error('no'), { name: 'AccessDeniedException' }),
  ])('throws the fault %p, so that Lambda tries again, and answers nothing', async (fault) => {
    handle = async () => {
      throw fault;
    };
    await expect(invoke(aRuleEvent({}))).rejects.toBe(fault);
    expect(published).toEqual([]);
  });

  it.each([
    ['acceptance', {}],
    ['refusal', { name: 5 }],
  ])('throws when the device cannot be told of its %s', async (_, content) => {
    publish = async () => {
      throw new Error('no broker');
    };
    await expect(invoke(aRuleEvent(content))).rejects.toThrow('no broker');
  });

  it.each([
    ['a client id that cannot be a level of a topic', { clientId: 'a/b' }],
    ['no client id', { clientId: undefined }],
    ['no payload', { payload: undefined }],
  ])('throws what it cannot answer: %s', async (_, changes) => {
    await expect(invoke(aRuleEvent({}, changes))).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(published).toEqual([]);
  });

  it('keeps nothing of one invocation for the next', async () => {
    await invoke(aRuleEvent({ requestId: 'request-1' }));
    await invoke(aRuleEvent({}));
    expect(published.map(({ document }) => document['requestId'])).toEqual(['request-1', 'trace-1']);
  });
});

describe('what a function is invoked by', () => {
  it('is a rule when the rule says so', () => {
    expect(isRuleEvent(aRuleEvent())).toBe(true);
  });

  it.each([null, undefined, 'rule', {}, { trigger: 'other' }])('is no rule for %p', (event) => {
    expect(isRuleEvent(event)).toBe(false);
  });

  it('is no rule when a state machine hands on an input that pretends to be one', () => {
    expect(isRuleEvent({ ...aRuleEvent(), source: 'execution' })).toBe(false);
  });
});
