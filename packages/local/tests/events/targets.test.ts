import { afterEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';
import {
  DEAD_LETTERS,
  type Delivered,
  FIFO,
  FUNCTION,
  LOG_GROUP,
  MACHINE,
  QUEUE,
  ruleOf,
  startEvents,
  UNPERMITTED,
} from './events-harness.ts';

const ROLE = 'arn:aws:iam::000000000000:role/events';
const RULE = 'arn:aws:events:eu-west-1:000000000000:rule/shop/all';
const Detail = JSON.stringify({
  order: 'O-7',
  total: 12.5,
  note: 'he said "no"',
  items: [{ sku: 'a' }, { sku: 'b' }, {}],
  'a-b': { c_d: null },
});

describe('a target', () => {
  let close: () => Promise<void> = async () => undefined;

  async function start(target: object, refuse?: (delivered: Delivered) => void) {
    const events = await startEvents({ rules: [ruleOf([{ Id: 't', ...target }])] }, refuse);
    close = events.close;
    return events;
  }

  afterEach(async () => {
    await close();
    close = async () => undefined;
  });

  it('that is a FIFO queue gets messages of its group', async () => {
    const { put, delivered } = await start({ Arn: FIFO, SqsParameters: { MessageGroupId: 'orders' } });

    await put({});

    expect(delivered).toMatchObject([{ to: FIFO, options: { messageGroupId: 'orders' } }]);
  });

  it('that is a state machine gets executions that are named after the event', async () => {
    const { put, delivered } = await start({ Arn: MACHINE, RoleArn: ROLE });

    const { Entries } = await put({});

    expect(delivered).toHaveLength(1);
    expect(delivered[0]).toMatchObject({ to: MACHINE, input: expect.stringContaining('"detail":{}') });
    expect(delivered[0]?.name).toMatch(new RegExp(`^${Entries?.[0]?.EventId}_[0-9a-f]{32}$`));
  });

  it('that is a log group gets the event, at its time', async () => {
    const { put, delivered } = await start({ Arn: LOG_GROUP });

    await put({ Time: new Date('2026-01-01T00:00:00Z') });

    expect(delivered).toMatchObject([
      {
        to: '/aws/events/shop',
        input: expect.stringContaining('"version":"0"'),
        timestampMs: 1_767_225_600_000,
      },
    ]);
  });

  it('that is a log group can get another message', async () => {
    const { put, delivered } = await start({
      Arn: LOG_GROUP,
      InputTransformer: {
        InputPathsMap: { time: '$.time', order: '$.detail.order' },
        InputTemplate: '{"timestamp": <time>, "message": "<order> was placed"}',
      },
    });

    await put({ Detail, Time: new Date('2026-01-01T00:00:00Z') });

    expect(delivered).toMatchObject([{ input: 'O-7 was placed', timestampMs: 1_767_225_600_000 }]);
  });

  it.each([
    [{ Input: '{"fixed": true}' }, '{"fixed": true}'],
    [{ InputPath: '$' }, /^\{"version":"0".*\}$/],
    [{ InputPath: '$.detail.items[1]' }, '{"sku":"b"}'],
    [{ InputPath: '$.detail.items[*].sku' }, '["a","b"]'],
    [{ InputPath: '$.detail.a-b.c_d' }, 'null'],
    [{ InputPath: '$.detail.order' }, '"O-7"'],
    [{ InputPath: '$.detail.none' }, '{}'],
  ])('with %j gets that', async (input, expected) => {
    const { put, delivered } = await start({ Arn: QUEUE, ...input });

    await put({ Detail });

    expect(delivered[0]?.input).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  it.each([
    ['"order <order> of <total>"', '"order O-7 of 12.5"'],
    [
      '{\n "order": <order>, "total": [<total>, "<total> EUR"]\n}',
      '{"order":"O-7","total":[12.5,"12.5 EUR"]}',
    ],
    ['{"first": <first>, "text": "\\"<order>\\""}', '{"first":{"sku":"a"},"text":"\\"O-7\\""}'],
    ['"<order><none>"', '"O-7"'],
    ['{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>"}', `{"rule":"all","arn":"${RULE}"}`],
    ['{"at": <aws.events.event.ingestion-time>}', '{"at":"2026-01-02T03:04:05.678Z"}'],
    ['{"event": <aws.events.event>}', /^\{"event":\{"version":"0".*"resources":\[\]\}\}$/],
    ['{"event": <aws.events.event.json>}', /"detail":\{"order":"O-7".*\}\}$/],
    ['"line <order>"\n"line <total>"', '"line O-7"\n"line 12.5"'],
    ['"1 < 2, \\"<note>"', '"1 < 2, \\"he said "no""'],
    ['<order>', '"O-7"'],
  ])('with the template %s gets what it makes', async (InputTemplate, expected) => {
    const { put, delivered } = await start({
      Arn: QUEUE,
      InputTransformer: {
        InputPathsMap: {
          order: '$.detail.order',
          total: '$.detail.total',
          first: '$.detail.items[0]',
          note: '$.detail.note',
          none: '$.detail.none',
        },
        InputTemplate,
      },
    });

    await put({ Detail });

    expect(delivered[0]?.input).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  it.each([
    [{ InputTemplate: 'order <order>' }, 'Invalid InputTemplate for target t : it must be JSON'],
    [{ InputTemplate: '"<other>"' }, 'InputTemplate for target t contains invalid placeholder other.'],
    [
      { InputTemplate: '"a"', InputPathsMap: { order: 'detail' } },
      'Invalid InputPathsMap for target t : order',
    ],
    [{ InputTemplate: '"a"', InputPathsMap: { 'AWS.x': '$' } }, 'Invalid InputPathsMap for target t : AWS.x'],
  ])('is refused with the transformer %j', (transformer, message) => {
    const InputTransformer = { InputPathsMap: { order: '$.detail.order' }, ...transformer };

    expect(() => ruleOf([{ Id: 't', Arn: QUEUE, InputTransformer }])).toThrow(message);
  });
});

describe('what a target does not take', () => {
  let close: () => Promise<void> = async () => undefined;

  async function start(target: object, refuse: (delivered: Delivered) => void) {
    const events = await startEvents(
      { rules: [ruleOf([{ Id: 't', Arn: FUNCTION, ...target }])] },
      (delivered) => {
        if (delivered.to !== DEAD_LETTERS) refuse(delivered);
      },
    );
    close = events.close;
    return events;
  }

  const unavailable = () => {
    throw new AwsError('ServiceUnavailable', 'not now', 503);
  };
  const gone = () => {
    throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
  };
  const deadLetters = { DeadLetterConfig: { Arn: DEAD_LETTERS } };

  afterEach(async () => {
    await close();
    close = async () => undefined;
  });

  it('is tried again, with longer and longer waits', async () => {
    let left = 3;
    const { put, clock, delivered, logged } = await start({}, () => {
      left -= 1;
      if (left >= 0) unavailable();
    });

    const { Entries } = await put({});
    await clock.advance(10_000);

    expect(clock.sleptMs).toEqual([1000, 2000, 4000]);
    expect(delivered).toHaveLength(1);
    expect(logged).toEqual([
      `the event ${Entries?.[0]?.EventId} could not be delivered to ${FUNCTION} by the rule all, and is tried again: not now`,
    ]);
  });

  it('is not tried again where the runtime itself is at fault', async () => {
    const { put, clock, delivered } = await start(deadLetters, () => {
      throw new TypeError('a bug');
    });

    await put({});

    expect(clock.sleptMs).toEqual([]);
    expect(delivered[0]?.options?.attributes).toMatchObject({
      ERROR_CODE: 'INTERNAL_ERROR',
      ERROR_MESSAGE: 'a bug',
    });
  });

  it('does not hold up what comes behind it', async () => {
    const { put, clock, inputs } = await start({}, ({ input }) => {
      if (input.includes('"n":1') && clock.sleptMs.length === 0) unavailable();
    });

    await put({ Detail: '{"n":1}' }, { Detail: '{"n":2}' });
    await clock.advance(1000);

    expect(inputs()).toMatchObject([{ detail: { n: 2 } }, { detail: { n: 1 } }]);
  });

  it('is a dead letter, once it has been tried often enough', async () => {
    const retryPolicy = { RetryPolicy: { MaximumRetryAttempts: 2 } };
    const { put, clock, delivered } = await start({ ...deadLetters, ...retryPolicy }, unavailable);

    await put({});
    await clock.advance(60_000);

    expect(delivered).toMatchObject([
      {
        to: DEAD_LETTERS,
        input: expect.stringContaining('"detail-type":"OrderPlaced"'),
        options: {
          attributes: {
            RULE_ARN: RULE,
            TARGET_ARN: FUNCTION,
            ERROR_CODE: 'ERROR_FROM_TARGET',
            ERROR_MESSAGE: 'not now',
            EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
            RETRY_ATTEMPTS: '2',
          },
        },
      },
    ]);
  });

  it('is a dead letter, once it is too old', async () => {
    const retryPolicy = { RetryPolicy: { MaximumEventAgeInSeconds: 60 } };
    const { put, clock, delivered } = await start({ ...deadLetters, ...retryPolicy }, unavailable);

    await put({});
    await clock.advance(120_000);

    // 1, 2, 4, 8 and 16 seconds are 31; the next 32 would be too many.
    expect(clock.sleptMs).toHaveLength(5);
    expect(delivered[0]?.options?.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
      RETRY_ATTEMPTS: '5',
    });
  });

  it('is a dead letter at once where it would be refused again', async () => {
    const { put, clock, delivered } = await start(deadLetters, gone);

    await put({});

    expect(clock.sleptMs).toEqual([]);
    expect(delivered[0]?.options?.attributes).toEqual({
      RULE_ARN: RULE,
      TARGET_ARN: FUNCTION,
      ERROR_CODE: 'NO_RESOURCE',
      ERROR_MESSAGE: 'Function not found',
    });
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
  it('is a dead letter where the function permits no rule to invoke it', async () => {
    const { put, delivered } = await start({ ...deadLetters, Arn: UNPERMITTED }, () => undefined);

    await put({});

    expect(delivered.map(({ to }) => to)).toEqual([DEAD_LETTERS]);
    expect(delivered[0]?.options?.attributes).toMatchObject({
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: expect.stringContaining('is not authorized to perform: lambda:InvokeFunction'),
    });
  });

  it('is a dead letter where it is not JSON, which functions take alone', async () => {
    const InputTransformer = { InputPathsMap: { none: '$.none' }, InputTemplate: '{"a": <none>}' };
    const { put, delivered } = await start({ ...deadLetters, InputTransformer }, () => undefined);

    await put({});

    expect(delivered.map(({ to }) => to)).toEqual([DEAD_LETTERS]);
    expect(delivered[0]?.options?.attributes).toMatchObject({ ERROR_CODE: 'INVALID_JSON' });
  });

  it('is dropped with a warning where there is no dead-letter queue', async () => {
    const { put, delivered, logged } = await start({}, gone);

    const { Entries } = await put({});

    expect(delivered).toEqual([]);
    expect(logged).toEqual([
      `the event ${Entries?.[0]?.EventId} could not be delivered to ${FUNCTION} by the rule all, and is dropped: NO_RESOURCE, Function not found`,
    ]);
  });

  it('is told of where the dead-letter queue takes it neither', async () => {
    const events = await startEvents({ rules: [ruleOf([{ Id: 't', Arn: FUNCTION, ...deadLetters }])] }, gone);
    close = events.close;

    await events.put({});

    expect(events.logged).toEqual([
      expect.stringMatching(
        /nor sent to its dead-letter queue: Function not found; AwsError: Function not found$/,
      ),
    ]);
  });

  it('is told of where it waits for another try when the runtime ends', async () => {
    const { put, clock, logged } = await start({}, unavailable);
    await put({});

    await close();
    close = async () => undefined;

    expect(clock.sleeping).toBe(0);
    expect(logged).toEqual([
      expect.stringMatching(/is tried again: not now$/),
      expect.stringMatching(/did not reach .*function:notify \(all\): the runtime has ended$/),
    ]);
  });
});
