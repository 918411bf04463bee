import { ruleResource, ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { describe, expect, it, jest } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';
import type { MqttMessage } from '../../src/contracts.ts';
import type { RuleDefinition } from '../../src/rules/compile-rule.ts';
import { createRulesEngine, type RulesEngineOptions } from '../../src/rules/rules-engine.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:register';
const deadLetters = 'http://127.0.0.1:4566/000000000000/dead-letters';
const roleArn = 'arn:aws:iam::000000000000:role/r';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function rule(sql: string, change: Partial<RuleDefinition> = {}): RuleDefinition {
  return {
    ruleName: 'TestRule',
    sql,
    awsIotSqlVersion: '2016-03-23',
    actions: [{ lambda: { functionArn } }],
    errorAction: { sqs: { queueUrl: deadLetters, roleArn } },
    ...change,
  };
}

async function start(rules: readonly RuleDefinition[], change: Partial<RulesEngineOptions> = {}) {
  const invokeAsync = jest.fn<(name: string, payload: string) => Promise<void>>().mockResolvedValue();
  const sendMessage = jest.fn<(queue: string, body: string) => Promise<void>>().mockResolvedValue();
  const republish = jest.fn<RulesEngineOptions['republish']>().mockResolvedValue();
  const log = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
  const engine = createRulesEngine({
    ...ruleTargets,
    functions: { ...ruleTargets.functions, invokeAsync },
    queues: { sendMessage },
    republish,
    clock: { now: () => 1_700_000_000_000, sleep: () => Promise.resolve() },
    accountId: '000000000000',
    region: 'us-east-1',
    log,
    ...change,
  });
  for (const definition of rules) await engine.topicRules.put(ruleResource(definition));
  return { engine, invokeAsync, sendMessage, republish, log };
}

function published(topic: string, payload: unknown, about: Partial<MqttMessage> = {}): MqttMessage {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  return { topic, payload: bytes, qos: 1, clientId: 'd1', ...about };
}

const sent = (call: readonly unknown[] | undefined): unknown => JSON.parse(String(call?.[1]));

describe("the service's own rules", () => {
  const operations = ['register', 'update', 'heartbeat', 'decommission'];
  const rules = [
    ...operations.map((operation) =>
      rule(
        `SELECT 'rule' AS trigger, encode(*, 'base64') AS payload, topic() AS topic, topic(2) AS deviceId,
                topic(3) AS operation, clientid() AS clientId, principal() AS principal,
                timestamp() AS receivedAt, traceid() AS traceId
         FROM 'devices/+/${operation}' WHERE regexp_matches(clientid(), '^[^/+#]{1,128}$')`,
        { ruleName: operation },
      ),
    ),
    rule(
      `SELECT 'rule' AS trigger, clientId, timestamp AS at, eventType, sessionIdentifier, versionNumber,
              traceid() AS traceId
       FROM '$aws/events/presence/+/+' WHERE eventType = 'connected' OR eventType = 'disconnected'`,
      { ruleName: 'presence' },
    ),
    rule(
      `SELECT encode(*, 'base64') AS base64OriginalPayload, topic() AS topic, clientid() AS clientId,
              timestamp() AS receivedAt, traceid() AS traceId, 'Unanswerable' AS reason
       FROM 'devices/+/+' WHERE NOT regexp_matches(clientid(), '^[^/+#]{1,128}$')
         OR NOT regexp_matches(topic(3), '^(register|update|heartbeat|decommission)$')`,
      { ruleName: 'unanswerable', actions: [{ sqs: { queueUrl: deadLetters, roleArn } }] },
    ),
  ];

  it.each(operations)('invoke the function of %s, and nothing else', async (operation) => {
    const { engine, invokeAsync, sendMessage } = await start(rules);

    await engine.handle(published(`devices/d1/${operation}`, { serialNumber: 'x' }, { principal: 'ab12' }));

    expect(invokeAsync).toHaveBeenCalledTimes(1);
    expect(invokeAsync.mock.calls[0]?.[0]).toBe(functionArn);
    expect(sent(invokeAsync.mock.calls[0])).toEqual({
      trigger: 'rule',
      payload: Buffer.from('{"serialNumber":"x"}').toString('base64'),
      topic: `devices/d1/${operation}`,
      deviceId: 'd1',
      operation,
      clientId: 'd1',
      principal: 'ab12',
      receivedAt: 1_700_000_000_000,
      traceId: expect.stringMatching(uuid),
    });
    expect(sendMessage).not.toHaveBeenCalled();
  });

  it('take presence, without a traceId because it did not come over MQTT', async () => {
    const { engine, invokeAsync } = await start(rules);
    const event = {
      clientId: 'd1',
      timestamp: 7,
      eventType: 'connected',
      sessionIdentifier: 's',
      versionNumber: 0,
    };
    const { clientId: _, ...message } = published('$aws/events/presence/connected/d1', event);

    await engine.handle(message);
    await engine.handle({ ...message, payload: Buffer.from('{"eventType":"connect_failed"}') });

    expect(invokeAsync.mock.calls.map(sent)).toEqual([
      {
        trigger: 'rule',
        clientId: 'd1',
        at: 7,
        eventType: 'connected',
        sessionIdentifier: 's',
        versionNumber: 0,
      },
    ]);
  });

  it.each([
    ['an unknown operation', 'devices/d1/reboot', 'd1'],
    ['a client id with a slash', 'devices/d1/register', 'a/b'],
  ])('send %s to the dead letters alone, whole', async (_, topic, clientId) => {
    const { engine, invokeAsync, sendMessage } = await start(rules);

    await engine.handle(published(topic, Buffer.from([0xff]), { clientId }));

    expect(invokeAsync).not.toHaveBeenCalled();
    expect(sendMessage.mock.calls.map(([queue]) => queue)).toEqual([deadLetters]);
    expect(sent(sendMessage.mock.calls[0])).toMatchObject({
      base64OriginalPayload: '/w==',
      topic,
      clientId,
      reason: 'Unanswerable',
    });
  });

  it('take what the data plane publishes under the client id n/a', async () => {
    const { engine, invokeAsync } = await start(rules);
    const { clientId: _, ...message } = published('devices/d1/register', {});

    await engine.handle(message);

    // "n/a" has a slash in it, which no client id that can be answered has.
    expect(invokeAsync).not.toHaveBeenCalled();
  });

  it('leave answers alone', async () => {
    const { engine, invokeAsync, sendMessage } = await start(rules);

    await engine.handle(published('devices/d1/register/accepted', {}));

    expect([invokeAsync.mock.calls, sendMessage.mock.calls]).toEqual([[], []]);
  });
});

describe('the error action (rule-error-handling)', () => {
  it('gets one message that tells of every failed action', async () => {
    const actions = [
      { lambda: { functionArn } },
      { republish: { topic: 'copy/${topic(2)}', qos: 1, roleArn } },
      { lambda: { functionArn: `${functionArn}-2` } },
    ];
    const { engine, invokeAsync, sendMessage, republish } = await start([
      rule("SELECT * FROM 'a/b'", { actions }),
    ]);
    invokeAsync.mockImplementation((name) =>
      name === functionArn ? Promise.reject(new Error('Too busy')) : Promise.resolve(),
    );
    republish.mockRejectedValue(new Error('no broker'));

    await engine.handle(published('a/b', { x: 1 }));

    expect(invokeAsync.mock.calls.filter(([name]) => name === functionArn)).toHaveLength(3);
    expect(sendMessage).toHaveBeenCalledTimes(1);
    expect(sendMessage.mock.calls[0]?.[0]).toBe(deadLetters);
    expect(sent(sendMessage.mock.calls[0])).toEqual({
      ruleName: 'TestRule',
      topic: 'a/b',
      cloudwatchTraceId: expect.stringMatching(uuid),
      clientId: 'd1',
      base64OriginalPayload: 'eyJ4IjoxfQ==',
      failures: [
        {
          failedAction: 'LambdaAction',
          failedResource: functionArn,
          errorMessage: 'Failed to invoke lambda function. The error received was Too busy',
        },
        {
          failedAction: 'RepublishAction',
          failedResource: 'copy/b',
          errorMessage: expect.stringContaining('no broker'),
        },
      ],
    });
  });

  it('is told of a missing permission with 403 and of a missing function with 404, at once', async () => {
    const mayInvoke = jest
      .fn<(functionArn: string, ruleArn: string) => boolean>()
      .mockReturnValueOnce(false)
      .mockReturnValue(true);
    const { engine, invokeAsync, sendMessage, log } = await start([rule("SELECT * FROM 'a'")], { mayInvoke });
    invokeAsync.mockRejectedValue(new AwsError('ResourceNotFoundException', 'Function not found', 404));

    await engine.handle(published('a', {}));
    await engine.handle(published('a', {}));

    expect(mayInvoke).toHaveBeenCalledWith(functionArn, 'arn:aws:iot:us-east-1:000000000000:rule/TestRule');
    expect(invokeAsync).toHaveBeenCalledTimes(1);
    expect(sendMessage.mock.calls.map((call) => sent(call))).toMatchObject([
      {
        failures: [
          {
            errorMessage:
              'Failed to invoke lambda function. Received Server error from Lambda. The error code is 403',
          },
        ],
      },
      {
        failures: [
          {
            errorMessage:
              'Failed to invoke lambda function. Received Server error from Lambda. The error code is 404',
          },
        ],
      },
    ]);
    expect(log.warn).toHaveBeenCalledWith(expect.stringContaining('AWS::Lambda::Permission does'));
  });

  it('is told of a function that is throttled, after some tries', async () => {
    const { engine, invokeAsync, sendMessage } = await start([rule("SELECT * FROM 'a'")]);
    invokeAsync.mockRejectedValue(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429));

    await engine.handle(published('a', { n: 1 }));

    expect(invokeAsync).toHaveBeenCalledTimes(3);
    expect(sent(sendMessage.mock.calls[0])).toMatchObject({
      base64OriginalPayload: Buffer.from('{"n":1}').toString('base64'),
      failures: [
        {
          failedAction: 'LambdaAction',
          errorMessage:
            'Failed to invoke lambda function. Received Server error from Lambda. The error code is 429',
        },
      ],
    });
  });

  it('is told of a binary payload for a Lambda action', async () => {
    const { engine, invokeAsync, sendMessage } = await start([rule("SELECT * FROM 'a'")]);

    await engine.handle(published('a', Buffer.from([0xff])));

    expect(invokeAsync).not.toHaveBeenCalled();
    expect(sent(sendMessage.mock.calls[0])).toMatchObject({
      base64OriginalPayload: '/w==',
      failures: [{ failedAction: 'LambdaAction', errorMessage: expect.stringContaining('binary') }],
    });
  });

  it('does not run when a later try succeeds, nor when the SQL is at fault', async () => {
    const { engine, invokeAsync, sendMessage, log } = await start([rule("SELECT * AS all FROM 'a'")]);
    invokeAsync.mockRejectedValueOnce(new Error('Too busy'));

    await engine.handle(published('a', {}));
    await engine.handle(published('a', Buffer.from('no json')));

    expect(invokeAsync).toHaveBeenCalledTimes(2);
    expect(sendMessage).not.toHaveBeenCalled();
    expect(log.warn).toHaveBeenCalledWith(expect.stringContaining('TestRule could not be evaluated'));
  });

  it("that fails itself is an error in the log, and not the caller's", async () => {
    const { engine, invokeAsync, sendMessage, log } = await start([rule("SELECT * FROM 'a'")]);
    invokeAsync.mockRejectedValue(new Error('Too busy'));
    sendMessage.mockRejectedValue(new Error('no queue'));

    await expect(engine.handle(published('a', {}))).resolves.toBeUndefined();
    expect(log.warn).toHaveBeenCalledWith(expect.stringContaining('no queue'));
    expect(log.error).toHaveBeenCalledWith(expect.stringContaining('is lost'));
  });
});

describe('actions', () => {
  it('send to a queue as text, or as base64', async () => {
    const actions = [
      { sqs: { queueUrl: 'text', roleArn } },
      { sqs: { queueUrl: 'base64', useBase64: true, roleArn } },
    ];
    const { engine, sendMessage } = await start([rule("SELECT x FROM 'a'", { actions })]);

    await engine.handle(published('a', { x: 1, y: 2 }));

    expect(sendMessage.mock.calls).toEqual([
      ['text', '{"x":1}'],
      ['base64', 'eyJ4IjoxfQ=='],
    ]);
  });

  it('republish to a topic that the payload and SET make, reserved ones written with $$', async () => {
    const actions = [
      { republish: { topic: 'copy/${x.y}/${@n}/${missing}', qos: 1, roleArn } },
      { republish: { topic: '$$aws/things/${topic(1)}/shadow/update', roleArn } },
    ];
    const { engine, republish } = await start([rule("SET @n = 1 + 1 SELECT VALUE x FROM 'a'", { actions })]);

    await engine.handle(published('a', { x: { y: 'z' } }));

    expect(republish.mock.calls).toEqual([
      ['copy/z/2/', Buffer.from('{"y":"z"}'), 1],
      ['$aws/things/a/shadow/update', Buffer.from('{"y":"z"}'), 0],
    ]);
  });
});

describe('which rules a message reaches', () => {
  it('are those whose filter matches, save disabled ones', async () => {
    const rules = [
      rule("SELECT 1 AS n FROM 'a/+'", { ruleName: 'One' }),
      rule("SELECT 2 AS n FROM 'a/#'", { ruleName: 'Two' }),
      rule("SELECT 3 AS n FROM 'a/b'", { ruleName: 'Three', ruleDisabled: true }),
      rule("SELECT 4 AS n FROM 'b/b'", { ruleName: 'Four' }),
    ];
    const { engine, invokeAsync } = await start(rules);

    await engine.handle(published('a/b', {}));

    expect(invokeAsync.mock.calls.map(sent)).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
    expect(invokeAsync).toHaveBeenCalledTimes(2);
  });

  it('is the named one for Basic Ingest, which sees the topic without the prefix (iot-basic-ingest)', async () => {
    const rules = [
      rule('SELECT topic() AS topic, topic(1) AS first', { ruleName: 'Ingest' }),
      rule("SELECT 1 AS n FROM '#'", { ruleName: 'All' }),
    ];
    const { engine, invokeAsync, log } = await start(rules);

    await engine.handle(published('$aws/rules/Ingest/Buildings/5', {}));
    await engine.handle(published('$aws/rules/Nobody/Buildings/5', {}));

    expect(invokeAsync.mock.calls.map(sent)).toEqual([{ topic: 'Buildings/5', first: 'Buildings' }]);
    expect(log.warn).toHaveBeenCalledWith(expect.stringContaining('Nobody'));
  });
});
