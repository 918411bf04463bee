import { fakeBroker } from '@device-lifecycle/test-kit/fake-broker.ts';
import { ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import type { InvocationResult } from '../../src/contracts.ts';
import { createCertificateAuthority } from '../../src/iot/certificate-authority.ts';
import { IotRegistry } from '../../src/iot/iot-registry.ts';
import { createIotService } from '../../src/iot/iot-service.ts';
import type { IotLogEntry } from '../../src/iot-log.ts';
import { createIotDataService } from '../../src/mqtt/iot-data-service.ts';
import { createRulesEngine, type RulesEngineOptions } from '../../src/rules/rules-engine.ts';
import { GUIDE } from './evaluate.ts';

const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:lambda_function';
const role = 'arn:aws:iam::123456789012:role/lookup';

const returned = (value: unknown): InvocationResult => ({
  payload: JSON.stringify(value),
  requestId: 'r',
  logTail: '',
});

/** What the rule's action gets for a message, and what was logged. */
async function handle(
  sql: string,
  change: Partial<RulesEngineOptions>,
  payload: unknown = {},
  version = '2016-03-23',
) {
  const warn = jest.fn();
  const events: string[] = [];
  const entries: IotLogEntry[] = [];
  const engine = createRulesEngine({
    ...ruleTargets,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    accountId: '123456789012',
    region: 'us-east-1',
    log: { info: () => undefined, warn, error: warn },
    iotLog: { write: (entry) => entries.push(entry) },
    ...change,
    functions: {
      invoke: change.functions?.invoke ?? ruleTargets.functions.invoke,
      invokeAsync: async (_, event) => {
        events.push(event);
      },
    },
  });
  const actions = [{ lambda: { functionArn: `${functionArn}-of-the-action` } }];
  engine.topicRules.save({ ruleName: 'R', sql, awsIotSqlVersion: version, actions });
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  await engine.handle({ topic: 'some/topic', payload: bytes, qos: 0, clientId: 'c' });
  const logged = entries.filter(({ eventType }) => eventType === 'FunctionExecution');
  return { events, logged, warnings: warn.mock.calls.map(([text]) => String(text)) };
}

describe(`aws_lambda (${GUIDE}iot-sql-functions.html#iot-func-aws-lambda)`, () => {
  const payload = { attribute1: 21, attribute2: 'value' };
  const invoke = jest.fn(async (_: string, input: string) => returned({ got: JSON.parse(input) }));
  const change = { functions: { ...ruleTargets.functions, invoke } };

  it('gives what the function returns for a JSON input', async () => {
    const sql = `SELECT aws_lambda("${functionArn}", {"payload":attribute1}) as output FROM '#'`;
    expect((await handle(sql, change, payload)).events).toEqual(['{"output":{"got":{"payload":21}}}']);
    expect(invoke).toHaveBeenLastCalledWith(functionArn, '{"payload":21}');
  });

  it('takes the whole payload, also in 2015-10-08, and is addressed in WHERE', async () => {
    const sql = `SELECT aws_lambda("${functionArn}", *).got.attribute2 AS output FROM '#' WHERE aws_lambda("${functionArn}", *).got.attribute1 = 21`;
    expect((await handle(sql, change, payload, '2015-10-08')).events).toEqual(['{"output":"value"}']);
  });

  it(`is in AWS IoT's log (${GUIDE}cwl-format.html#log-rules-fn-exec)`, async () => {
    const sql = `SELECT aws_lambda("${functionArn}", *) AS output FROM '#'`;
    const about = {
      eventType: 'FunctionExecution',
      ruleName: 'R',
      ruleAction: 'AwsLambda',
      resources: { FunctionArn: functionArn },
      topicName: 'some/topic',
      clientId: 'N/A',
    };
    expect((await handle(sql, change, payload)).logged).toMatchObject([
      { ...about, logLevel: 'DEBUG', status: 'Success' },
    ]);
    expect((await handle(sql, { mayInvoke: () => false }, payload)).logged).toMatchObject([
      { ...about, logLevel: 'ERROR', status: 'Failure', reason: expect.stringContaining('may not invoke') },
    ]);
  });

  it('gets the same random values that the statement goes on with', async () => {
    const sql = `SET @id = newuuid() SELECT @id AS id, aws_lambda("${functionArn}", {'id': @id}).got.id AS sent, newuuid() AS other FROM '#'`;
    const [event = ''] = (await handle(sql, change)).events;
    const { id, sent, other } = JSON.parse(event) as Record<string, string>;
    expect(sent).toBe(id);
    expect(other).not.toBe(id);
  });

  it('is Undefined without an input', async () => {
    const sql = `SELECT aws_lambda("${functionArn}", missing) AS a, 1 AS b FROM '#'`;
    expect((await handle(sql, change)).events).toEqual(['{"b":1}']);
  });

  it.each<[string, Partial<RulesEngineOptions>, string]>([
    ['may not be invoked', { ...change, mayInvoke: (arn) => arn !== functionArn }, 'AWS::Lambda::Permission'],
    [
      'fails',
      {
        functions: {
          ...ruleTargets.functions,
          invoke: async () => ({ ...returned({ errorType: 'Boom' }), functionError: 'Unhandled' as const }),
        },
      },
      'Boom',
    ],
    [
      'returns no JSON',
      { functions: { ...ruleTargets.functions, invoke: async () => ({ ...returned(1), payload: '' }) } },
      'returned no JSON',
    ],
  ])('keeps the rule from its actions where the function %s', async (_, options, message) => {
    const sql = `SELECT aws_lambda("${functionArn}", *) AS a FROM '#'`;
    const { events, warnings } = await handle(sql, options, payload);
    expect(events).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(message)]);
    const rescued = `SELECT get_or_default(aws_lambda("${functionArn}", *), 'none') AS a FROM '#'`;
    expect((await handle(rescued, options, payload)).events).toEqual(['{"a":"none"}']);
  });

  it('waits two seconds', async () => {
    jest.useFakeTimers();
    try {
      const invoked = Promise.withResolvers<void>();
      const never = () => {
        invoked.resolve();
        return new Promise<never>(() => undefined);
      };
      const slow = { functions: { ...ruleTargets.functions, invoke: never } };
      const handled = handle(`SELECT aws_lambda("${functionArn}", *) AS a FROM '#'`, slow);
      await invoked.promise;
      await jest.advanceTimersByTimeAsync(2_000);
      expect((await handled).warnings).toEqual([expect.stringContaining('took more than 2000 ms')]);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe(`get_dynamodb (${GUIDE}iot-sql-functions.html#iot-sql-function-get-dynamodb)`, () => {
  const item = {
    deviceId: { S: 'd' },
    location: { M: { lat: { N: '47.61569400000000000000001' }, tags: { SS: ['a'] } } },
    list: { L: [{ BOOL: true }, { NULL: true }, { NS: ['1'] }, { B: 'AA==' }, { BS: ['AA=='] }] },
  };
  const dynamodb = jest.fn(
    async (_: string, __: object): Promise<Record<string, unknown>> => ({ Item: item }),
  );

  it("adds what is looked up (the page's example)", async () => {
    const sql = `SELECT *, get_dynamodb("InServiceDevices", "deviceId", id, "${role}").location AS location FROM 'some/topic'`;
    expect((await handle(sql, { dynamodb }, { id: 'd' })).events).toEqual([
      '{"id":"d","location":{"lat":47.61569400000000000000001,"tags":["a"]}}',
    ]);
    expect(dynamodb).toHaveBeenLastCalledWith('GetItem', {
      TableName: 'InServiceDevices',
      Key: { deviceId: { S: 'd' } },
    });
  });

  it('takes a sort key, and gives every type', async () => {
    const sql = `SELECT get_dynamodb('T', 'p', id, 's', 12345678901234567890, "${role}").list AS list FROM '#'`;
    expect((await handle(sql, { dynamodb }, { id: 7 })).events).toEqual([
      '{"list":[true,null,[1],"AA==",["AA=="]]}',
    ]);
    expect(dynamodb).toHaveBeenLastCalledWith('GetItem', {
      TableName: 'T',
      Key: { p: { N: '7' }, s: { N: '12345678901234567890' } },
    });
  });

  it('is Undefined where there is no item, and asks for none without a key', async () => {
    const sql = `SELECT get_dynamodb('T', 'p', id, "${role}") AS item, 1 AS one FROM '#'`;
    expect((await handle(sql, { dynamodb: async () => ({}) }, { id: 'x' })).events).toEqual(['{"one":1}']);
    expect((await handle(sql, {}, {})).events).toEqual(['{"one":1}']);
  });

  it('ends the rule when it is called twice', async () => {
    const call = `get_dynamodb('T', 'p', id, "${role}")`;
    const { events, warnings } = await handle(
      `SELECT ${call} AS a, ${call} AS b FROM '#'`,
      { dynamodb },
      { id: 'd' },
    );
    expect(events).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('called once')]);
  });
});

describe('things and shadows', () => {
  const log = silentLog;
  const common = { clock: systemClock, accountId: '123456789012', region: 'us-east-1', log };
  const registry = new IotRegistry(common);
  let change: Partial<RulesEngineOptions>;

  beforeAll(async () => {
    const { topicRules } = createRulesEngine({ ...ruleTargets, ...common });
    const authority = await createCertificateAuthority();
    const iot = createIotService({
      ...common,
      registry,
      authority,
      topicRules,
      publish: async () => undefined,
    });
    const iotdata = createIotDataService({ broker: fakeBroker(), clock: systemClock });
    registry.memberships.add(
      registry.things.create({ thingName: 'c', thingTypeName: undefined, attributes: { alarm: 'ON' } }),
      registry.thingGroups.create({ thingGroupName: 'g', attributes: {} }),
    );
    for (const query of ['', 'name=MyThingShadow']) {
      await iotdata({
        service: 'iotdata',
        method: 'POST',
        path: '/things/c/shadow',
        query: new URLSearchParams(query),
        headers: {},
        body: Buffer.from(`{"state":{"reported":{"alarm":"ON","query":"${query}"}}}`),
      });
    }
    change = { iotApis: { iot, iotdata } };
  });

  afterAll(() => registry.close());

  it(`get_thing_shadow, of a named shadow (${GUIDE}iot-sql-functions.html#iot-sql-function-get-thing-shadow)`, async () => {
    const sql = `SELECT * from 'some/topic'
      WHERE get_thing_shadow("c","MyThingShadow","${role}")
      .state.reported.query = 'name=MyThingShadow'`;
    expect((await handle(sql, change, { a: 1 })).events).toEqual(['{"a":1}']);
  });

  it('get_thing_shadow, of the unnamed one', async () => {
    const sql = `SELECT get_thing_shadow(clientid(), "${role}").state.reported AS r FROM '#'`;
    expect((await handle(sql, change)).events).toEqual(['{"r":{"alarm":"ON","query":""}}']);
  });

  it('get_thing_shadow, of none: the rule ends', async () => {
    const sql = `SELECT get_thing_shadow(clientid(), 'gone', "${role}") AS s FROM '#'`;
    const { events, warnings } = await handle(sql, change);
    expect(events).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('gone')]);
  });

  it.each([
    ['DescribeThing', '.attributes.alarm', '"ON"'],
    ['ListThingGroupsForThing', '.thingGroups', expect.stringContaining('"groupName":"g"')],
  ])(
    `get_registry_data('%s', …) (${GUIDE}iot-sql-functions.html#iot-sql-function-get-registry_data)`,
    async (api, path, json) => {
      const sql = `SELECT VALUE get_registry_data('${api}', clientid(), '${role}')${path} FROM '#'`;
      expect((await handle(sql, change)).events).toEqual([json]);
    },
  );

  it('get_registry_data, of a thing that is not there: the rule ends', async () => {
    const sql = `SELECT get_registry_data('DescribeThing', 'gone', '${role}') AS s FROM '#'`;
    expect((await handle(sql, change)).warnings).toEqual([expect.stringContaining('gone')]);
  });
});
