import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { AwsService } from './aws.ts';
import { systemClock } from './clock.ts';
import type { MqttMessage, RuntimeLog } from './contracts.ts';
import { startEndpoint } from './endpoint/endpoint.ts';
import { createForwarder } from './endpoint/forwarder.ts';
import { createTables } from './engine/create-tables.ts';
import { startDynoxide } from './engine/dynoxide.ts';
import { openFunctionLogs } from './function-logs.ts';
import { createFunctions } from './lambda/functions.ts';
import { startBroker } from './mqtt/broker.ts';
import { createIotDataService } from './mqtt/iot-data-service.ts';
import type { RuntimeOptions } from './options.ts';
import { packageService } from './package/package-service.ts';
import { createQueues } from './queues/queues.ts';
import { createRulesEngine, type RulesEngine } from './rules/rules-engine.ts';
import { assertStackFileIsFree, removeStackFile, type StackFile, writeStackFile } from './stack-file.ts';
import { createStatesService } from './states/states-service.ts';
import { describeNotRun } from './template/not-run.ts';
import { readStack } from './template/read-stack.ts';
import type { FunctionResource, Stack } from './template/stack.ts';
import { stackNames } from './template/stack-names.ts';

export interface Runtime {
  /** Resolves to what went wrong when the runtime can't go on. */
  readonly failed: Promise<Error>;
  /** Ends everything, in the order in which it depends on one another. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** What clients are told, as certificates will be made out to it. */
const MQTT_HOST = 'localhost';
const ACCOUNT_ID = '000000000000';
const PROJECT_DIR = join(import.meta.dirname, '..');

/** What the start is told, and tells. */
interface Surroundings {
  readonly log: RuntimeLog;
  /** Ends a start that has not ended yet. */
  readonly signal: AbortSignal;
}

/** Packages the service, or finds its package, and says what of the package can't run here. */
async function loadStack(
  { stage, region }: RuntimeOptions,
  endpointUrl: string,
  { log, signal }: Surroundings,
): Promise<Stack> {
  const cacheDir = join(PROJECT_DIR, '.local', 'package');
  const packaged = await packageService({ projectDir: PROJECT_DIR, cacheDir, stage, region, log, signal });
  return readStack(
    await readFile(packaged.templateFile, 'utf8'),
    { region, accountId: ACCOUNT_ID, stackName: packaged.stackName, endpointUrl },
    { codeDirOf: (archive) => join(packaged.codeDirectory, archive) },
  );
}

function listNotRun(stack: Stack, log: RuntimeLog): void {
  if (stack.notRun.length === 0) return;
  const reasons = describeNotRun(stack.notRun).map((reason) => `  ${reason}`);
  log.info(['In the template, without an effect here:', ...reasons].join('\n'));
}

/** Relative to the working directory, for what is below it. */
function shorten(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}

/** Whether a function's permissions let a rule invoke it: `AWS::Lambda::Permission`. */
function mayInvoke(functions: readonly FunctionResource[], functionArn: string, ruleArn: string): boolean {
  const permissions = functions.find(({ arn }) => arn === functionArn)?.permissions ?? [];
  return permissions.some(
    ({ principal, sourceArn, sourceAccount }) =>
      principal === 'iot.amazonaws.com' &&
      (sourceArn ?? ruleArn) === ruleArn &&
      (sourceAccount ?? ACCOUNT_ID) === ACCOUNT_ID,
  );
}

/** The engine that comes with the package, or the one that was asked for. */
async function openEngine({ dynamodbUrl }: RuntimeOptions, log: RuntimeLog) {
  if (dynamodbUrl === undefined) return startDynoxide({ log });
  return { url: dynamodbUrl, close: async () => undefined, exited: new Promise<string>(() => undefined) };
}

/**
 * Runs the packaged service on this machine, behind one AWS endpoint and an MQTT broker on the loopback interface.
 * @throws Error with one sentence that says what is wrong and what to do, or the reason of `signal`, which ends a
 * start; nothing is left running then
 */
export async function startRuntime(
  options: RuntimeOptions,
  log: RuntimeLog,
  signal: AbortSignal,
): Promise<Runtime> {
  const parts = new AsyncDisposableStack();
  try {
    const { failed } = await startParts(options, { log, signal }, parts);
    return { failed, close: () => parts.disposeAsync() };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

/** Starts each part after what it depends on, and has `parts` end them in the reverse order. */
async function startParts(
  options: RuntimeOptions,
  surroundings: Surroundings,
  parts: AsyncDisposableStack,
): Promise<Pick<Runtime, 'failed'>> {
  const { region } = options;
  const { log, signal } = surroundings;
  const closing = <T extends { close(): unknown }>(part: T): T => {
    parts.defer(async () => void (await part.close()));
    return part;
  };
  const services: Record<string, AwsService> = {};
  const common = { clock: systemClock, accountId: ACCOUNT_ID, region, log };

  await assertStackFileIsFree(options.stackFile);
  const engineStarted = openEngine(options, log);
  // It may be starting still when something else fails, and fail itself before anybody waits for it.
  const engineEnd = engineStarted.then(
    (engine) => () => engine.close(),
    () => async () => undefined,
  );
  parts.defer(async () => (await engineEnd)());
  const endpoint = closing(await startEndpoint({ host: HOST, port: options.port, services, log }));
  const rules = Promise.withResolvers<RulesEngine>();
  // Early, as a port that is taken is to be told at once. Messages wait for what handles them.
  const broker = closing(
    await startBroker({
      port: options.mqttPort,
      clock: systemClock,
      log,
      onPublish: (message: MqttMessage) => rules.promise.then((engine) => engine.handle(message)),
    }),
  );
  const [engine, stack] = await Promise.all([engineStarted, loadStack(options, endpoint.url, surroundings)]);
  listNotRun(stack, log);

  const forwarder = closing(createForwarder({ url: engine.url }));
  const [queues, logs] = await Promise.all([
    createQueues({ queues: stack.queues, accountId: ACCOUNT_ID, region, endpointUrl: () => endpoint.url }),
    openFunctionLogs(
      join(dirname(options.stackFile), 'logs'),
      stack.functions.map(({ functionName }) => functionName),
    ),
    createTables({ url: engine.url, region, tables: stack.tables }),
  ]);
  closing(queues);
  closing(logs);
  for (const { bucketName } of stack.buckets) await queues.createBucket(bucketName);
  const functions = closing(
    createFunctions({
      ...common,
      functions: stack.functions,
      queues,
      // Straight to the engine: a hop less, and on this machine all the same.
      endpointUrls: () => ({ all: endpoint.url, services: { DYNAMODB: engine.url } }),
      onLog: (functionName, line) => logs.write(functionName, line),
      asyncRetryDelaysMs: options.asyncRetryDelaysMs,
    }),
  );
  const states = closing(createStatesService({ ...common, machines: stack.stateMachines, functions }));
  rules.resolve(
    createRulesEngine({
      ...common,
      rules: stack.rules,
      functions,
      queues,
      republish: (topic, payload, qos) => broker.publish(topic, payload, qos),
      mayInvoke: (functionArn, ruleArn) => mayInvoke(stack.functions, functionArn, ruleArn),
    }),
  );
  // Before what it hands messages to, though it has started earlier; once it is closed, closing does nothing.
  closing(broker);
  Object.assign(services, {
    dynamodb: forwarder.handle,
    iotdata: createIotDataService(broker),
    lambda: functions.handle,
    s3: queues.s3,
    sqs: queues.sqs,
    states: states.handle,
    sts: queues.sts,
  });

  signal.throwIfAborted();
  const stackFile: StackFile = {
    region,
    accountId: ACCOUNT_ID,
    awsEndpointUrl: endpoint.url,
    mqtt: { host: MQTT_HOST, port: broker.port },
    ...stackNames(stack),
  };
  await writeStackFile(options.stackFile, stackFile);
  parts.defer(() => removeStackFile(options.stackFile, stackFile));
  log.info(
    `AWS endpoint ${endpoint.url}, MQTT mqtt://${MQTT_HOST}:${broker.port}, stack file ${shorten(options.stackFile)}`,
  );

  return { failed: engine.exited.then((reason) => new Error(reason)) };
}
