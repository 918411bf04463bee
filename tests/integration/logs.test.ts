import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { createOperator, type Operator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import { createLogReader, type LogReader, type LogRow } from '@device-lifecycle/test-kit/laptop/logs.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader, type TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { connectNewDevice, makeIdentity } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemsOf } from '../support/log-lines.ts';
import { findUnloggable, type NamedText } from '../support/secrets.ts';
import { functionLines } from './function-lines.ts';

let stack: RunningStack;
let operator: Operator;
let logs: LogReader;
let tables: TableReader;
let lambda: LambdaClient;

beforeAll(async () => {
  stack = await startStack(['--async-retry-delays', '10,20']);
  operator = createOperator(stack);
  logs = createLogReader(stack);
  tables = createTableReader(stack);
  lambda = new LambdaClient(stack.clientConfig);
});

afterAll(async () => {
  for (const part of [logs, tables, operator]) part.close();
  lambda.destroy();
  await stack.stop();
});

async function registered(serialNumber: string = randomUUID()): Promise<Device> {
  const device = await connectNewDevice(stack, `dev-${randomUUID()}`);
  await device.request('register', { serialNumber });
  return device;
}

const decommission = (deviceId: string) =>
  operator.run(stack.stateMachines.decommissionDevice, {
    deviceId,
    reason: 'recall',
    requestedBy: 'tests',
  });

describe('the log lines of the packaged functions', () => {
  it('keep to their schema, each kind of them', async () => {
    const device = await registered('SN-1');
    await device.request('update', { name: 'new', requestId: 'mine' });
    await device.request('update', { nonsense: true });
    await device.request('heartbeat');
    await device.close();
    await (await registered('SN-1')).close();
    await decommission(device.deviceId);
    await decommission('nobody');
    await operator.run(stack.stateMachines.restoreDevice, {
      deviceId: device.deviceId,
      requestedBy: 'tests',
    });
    await lambda.send(new InvokeCommand({ FunctionName: stack.functions['registerDevice'], Payload: '{}' }));

    await eventually(async () => {
      const lines = await functionLines(stack);
      expect(lines.flatMap((line) => problemsOf(line).map((problem) => ({ problem, line })))).toEqual([]);
      const messages = lines.map(({ message, code, outcome }) => [message, code ?? outcome].join(' '));
      expect(messages).toEqual(
        expect.arrayContaining([
          'accepted registered',
          'accepted updated',
          'accepted recorded',
          'accepted decommissioned',
          'accepted restored',
          'rejected InvalidInput',
          'rejected IdentifierTaken',
          'rejected DeviceNotFound',
          'transaction cancelled ',
        ]),
      );
      expect(lines.filter((line) => 'TransactionCancelled' in line).length).toBeGreaterThan(0);
    });
  });
});

describe('a correlation id', () => {
  it("ties a device's message to its rule, its function, the execution that it started, and the record", async () => {
    const { deviceId, request, close } = await registered();
    // Late enough for a slow machine: what is due when it arrives starts no execution.
    const notBefore = Math.floor(Date.now() / 1000) + 4;
    const scheduled = await request('decommission', { notBefore });
    expect(scheduled.body).toMatchObject({ outcome: 'scheduled' });
    await close();
    const record = await eventually(async () => {
      const found = (await tables.read()).invalidDevices.find(({ id }) => id === deviceId);
      expect(found).toBeDefined();
      return found;
    });
    const { correlationId } = Object(record?.['decommission']) as { readonly correlationId: string };

    const rows = await eventually(async () => {
      const found = await logs.query('way of a request', { CORRELATION_ID: correlationId });
      const sources = found.flatMap(({ source, event, result }) =>
        event === 'decommission' || result === 'CredentialsBusy' ? [] : source,
      );
      const followers = [stack.functions['settleCredentials'], stack.functions['publishEvents']];
      expect(sources).toEqual(expect.arrayContaining(followers));
      // The reader of the stream does what the execution has not done yet: which of them is first is a race, and
      // who comes second while the first is at it tries again.
      return found.filter(
        ({ source, result }) =>
          source !== stack.functions['settleMovedDevices'] && result !== 'CredentialsBusy',
      );
    });
    const said = ({ source, event, result }: LogRow) => [source, event, result].join(' ');
    const fn = stack.functions['decommissionDevice'];
    // Two rules read the topic, of which one takes the message. The function says that it is not time yet to the
    // rule's call, and to the execution's first one.
    expect(rows.map(said).sort()).toEqual([
      'AWSIotLogsV2 Publish-In Success',
      'AWSIotLogsV2 RuleExecution Success',
      'AWSIotLogsV2 RuleMatch Success',
      'AWSIotLogsV2 RuleMatch Success',
      `${fn} decommission decommissioned`,
      `${fn} decommission scheduled`,
      `${fn} decommission scheduled`,
      `${stack.functions['publishEvents']} publishEvents DeviceDecommissioned`,
      `${stack.functions['settleCredentials']} settleCredentials inactive`,
    ]);
    for (const { device } of rows) expect(device).toBe(deviceId);
  });
});

describe('the saved queries', () => {
  it('all run over the logs of the stack', async () => {
    const device = await registered();
    await decommission(device.deviceId);
    await decommission('nobody');
    await device.close();
    const asked = async (name: string) => (await logs.query(name)).length;
    await eventually(async () => {
      for (const name of [
        'rejections by code',
        'slowest moves',
        'durations by operation',
        'failed executions',
        'AWS IoT log by clientId and eventType',
        'cold starts',
        'cost drivers',
      ]) {
        expect([name, await asked(name)]).not.toEqual([name, 0]);
      }
    });
  });
});

/** Everything that was logged since the stack was started: a file a log group, and what the runtime has printed. */
async function allLogs(): Promise<readonly NamedText[]> {
  const directory = join(dirname(stack.stackFile), 'logs');
  const files = globSync('**/*', { cwd: directory, withFileTypes: true }).filter((file) => file.isFile());
  const read = files.map(async ({ parentPath, name }) => ({
    name,
    content: await readFile(join(parentPath, name), 'utf8'),
  }));
  return [...(await Promise.all(read)), { name: 'output of the runtime', content: stack.output() }];
}

/** What an operator sees. */
async function devicectl(...args: readonly string[]): Promise<NamedText> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    'packages/devicectl/src/devicectl.mjs',
    ...args,
    '--local',
    '--stack-file',
    stack.stackFile,
  ]);
  return { name: `devicectl ${args.join(' ')}`, content: stdout + stderr };
}

describe('no log, and nothing that devicectl says,', () => {
  it('has a secret, a certificate, or what devices have sent', async () => {
    const identity = await makeIdentity(stack, `dev-${randomUUID()}`);
    const device = await connectDevice(stack, identity);
    // Each within what a device may send, or beyond it.
    const sent = {
      name: `sent-${randomUUID()}`,
      room: `sent-${randomUUID()}`,
      nonsense: `sent-${randomUUID()}`,
      reason: `sent-${randomUUID()}`,
    };
    const { name, room, nonsense, reason } = sent;
    // Identifiers may be logged: whose it is when one is taken.
    const serialNumber = randomUUID();
    const answers = [
      await device.request('register', { serialNumber, name, attributes: { room } }),
      await device.request('update', { nonsense }),
      await device.request('heartbeat'),
      // The transaction is cancelled, since somebody has the number already.
      await (await connectNewDevice(stack, `dev-${randomUUID()}`)).request('register', { serialNumber }),
      await device.request('decommission', { reason }),
    ];
    expect(answers.map(({ verdict }) => verdict)).toEqual([
      'accepted',
      'rejected',
      'accepted',
      'rejected',
      'accepted',
    ]);
    const { deviceId } = device;
    // Whoever may read events has them in a log of their own.
    const isOfEvents = (log: NamedText) => log.name === `aws.events.${stack.eventBuses.eventBus}.log`;
    await eventually(async () => {
      const logged = (await functionLines(stack)).filter((line) => line['deviceId'] === deviceId);
      expect(logged.map(({ operation }) => operation)).toEqual(
        expect.arrayContaining(['register', 'update', 'heartbeat', 'decommission', 'settleCredentials']),
      );
    });
    const logs = await eventually(async () => {
      const all = await allLogs();
      // The event of its decommissioning has its name, which shows that names are found.
      expect(all.find(isOfEvents)?.content).toContain(name);
      return all;
    });
    const said = await Promise.all([
      devicectl('device', 'show', deviceId, '--json'),
      devicectl('executions', 'list', '--json'),
      devicectl('dead-letters', 'list', '--json'),
    ]);

    expect(logs.length).toBeGreaterThan(5);
    expect(logs.some(({ content }) => content.includes(deviceId))).toBe(true);
    expect(said[0]?.content).toContain(deviceId);
    expect(await findUnloggable([...logs, ...said])).toEqual([]);
    const keys = [identity.privateKey, identity.certificatePem].map((pem) => pem.split('\n')[2] ?? pem);
    const given = Object.entries({ ...sent, privateKey: keys[0] ?? '', certificate: keys[1] ?? '' });
    const leaked = logs
      .filter((log) => !isOfEvents(log))
      .flatMap((log) =>
        given.filter(([, value]) => log.content.includes(value)).map(([what]) => `${what} in ${log.name}`),
      );
    expect(leaked).toEqual([]);
  });
});
