import { isAbsolute, relative } from 'node:path';
import type { AwsService } from './aws.ts';
import type { MovableClock } from './clock.ts';
import type { MqttMessage, RuntimeLog } from './contracts.ts';
import { afterCommit, NOT_KEPT, openClock } from './data/collections.ts';
import { collectionsOf, type DataDirectory, openDataDirectory } from './data/data-directory.ts';
import { createClockApi } from './endpoint/clock-api.ts';
import { startEndpoint } from './endpoint/endpoint.ts';
import { openEngine } from './engine/dynoxide.ts';
import type { IotIdentity } from './iot/identity.ts';
import { AwsIotLog } from './iot/iot-log.ts';
import { startBroker } from './mqtt/broker.ts';
import type { RuntimeOptions } from './options.ts';
import type { RulesEngine } from './rules/rules-engine.ts';
import {
  assertStackFileIsFree,
  caFileOf,
  createStackFileWriter,
  packageStarted,
  removeCaFile,
  removeStackFile,
  type StackPlace,
  writeCaFile,
} from './stack-file.ts';
import { describeNotRun } from './template/read-stack.ts';
import type { Stack } from './template/stack.ts';

export interface Runtime {
  /** What the whole stack goes by, but for what is real: connections, timeouts of functions, queues. */
  readonly clock: MovableClock;
  /** Resolves to what went wrong when the runtime can't go on. */
  readonly failed: Promise<Error>;
  /** Ends everything, in the order in which it depends on one another. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** What clients are told, as certificates will be made out to it. */
const MQTT_HOST = 'localhost';
const ACCOUNT_ID = '000000000000';

/** What the start is told, and tells. */
interface Surroundings {
  readonly log: RuntimeLog;
  /** Ends a start that has not ended yet. */
  readonly signal: AbortSignal;
  readonly clock: MovableClock;
  /** What an earlier runtime has left; absent where everything is in memory. */
  readonly data: DataDirectory | undefined;
}

/** Says what of the packages can't run here. */
function tellNotRun(log: RuntimeLog, { notRun }: Stack): void {
  if (notRun.length === 0) return;
  const reasons = describeNotRun(notRun).map((reason) => `  ${reason}`);
  log.info(['In the template, without an effect here:', ...reasons].join('\n'));
}

/** Relative to the working directory, for what is below it. */
function shorten(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') || isAbsolute(fromHere) ? path : fromHere;
}

/** Loaded only here: what makes certificates takes a tenth of a second, which the engine needs to start as well. */
async function createIdentity(
  { region }: RuntimeOptions,
  { clock, data }: Surroundings,
): Promise<IotIdentity> {
  const { createIotIdentity } = await import('./iot/identity.ts');
  const registry = { region, accountId: ACCOUNT_ID, clock, collections: collectionsOf(data) };
  return createIotIdentity(registry, [MQTT_HOST, HOST]);
}

async function openData({ dataDirectory, region }: RuntimeOptions, log: RuntimeLog) {
  if (dataDirectory === undefined) return undefined;
  const data = await openDataDirectory(dataDirectory, region);
  log.info(`Everything is kept in ${shorten(dataDirectory)}, but for ${NOT_KEPT}.`);
  return data;
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
    await assertStackFileIsFree(options.stackFile);
    const data = await openData(options, log);
    parts.defer(() => data?.close());
    const clock = openClock(collectionsOf(data));
    const { failed } = await startParts(options, { log, signal, clock, data }, parts);
    return { clock, failed, close: () => parts.disposeAsync() };
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
  const { log, signal, clock, data } = surroundings;
  const closing = <T extends { close(): unknown }>(part: T): T => {
    parts.defer(async () => void (await part.close()));
    return part;
  };

  const engineStarted = openEngine({ url: options.dynamodbUrl, dbPath: data?.paths.tables, log });
  // It may be starting still when something else fails, and fail itself before anybody waits for it.
  const engineEnd = engineStarted.then(
    (engine) => () => engine.close(),
    () => async () => undefined,
  );
  parts.defer(async () => (await engineEnd)());

  const identity = await createIdentity(options, surroundings);
  // The ports are taken early, so that one that is not free is told at once. Messages wait for what answers them,
  // calls are told to come again.
  const services: Record<string, AwsService> = {};
  const rules = Promise.withResolvers<RulesEngine>();
  const iotLog = new AwsIotLog({ clock, accountId: ACCOUNT_ID });
  const endpoint = closing(
    await startEndpoint({
      host: HOST,
      port: options.port,
      services,
      own: { clock: afterCommit(createClockApi(clock, log), collectionsOf(data)) },
      log,
    }),
  );
  const broker = closing(
    await startBroker({
      port: options.mqttPort,
      clock,
      log,
      iotLog,
      certificate: identity.endpointCertificate,
      registry: identity.registry,
      region: options.region,
      accountId: ACCOUNT_ID,
      collections: collectionsOf(data),
      onPublish: (message: MqttMessage) => rules.promise.then((engine) => engine.handle(message)),
    }),
  );
  // What runs the stack is loaded while the stack is packaged.
  const [engine, started, { startServices }] = await Promise.all([
    engineStarted,
    packageStarted(options, { log, signal, keptCode: data?.paths.packagedCode }),
    import('./stack-services.ts'),
  ]);
  const foundations = {
    options,
    clock,
    accountId: ACCOUNT_ID,
    data,
    engine,
    endpointUrl: endpoint.url,
  };
  const stackFile = createStackFileWriter(options.stackFile);
  const running = await startServices(started, {
    ...foundations,
    identity,
    broker,
    iotLog,
    log,
    closing,
    onDeployed: () => stackFile.update(running.deployments.stacks()),
  });
  for (const { stack } of running.deployments.stacks()) tellNotRun(log, stack);
  rules.resolve(running.rules);
  Object.assign(services, running.services);
  // Before what it hands messages to, though it has started earlier; once it is closed, closing does nothing.
  closing(broker);

  signal.throwIfAborted();
  const caFile = caFileOf(options.stackFile);
  await writeCaFile(caFile, identity.authority.caPem);
  parts.defer(() => removeCaFile(caFile, identity.authority.caPem));
  const place: StackPlace = {
    region: options.region,
    accountId: ACCOUNT_ID,
    awsEndpointUrl: endpoint.url,
    mqtt: { host: MQTT_HOST, port: broker.port, caFile: shorten(caFile) },
  };
  parts.defer(() => removeStackFile(options.stackFile, place));
  await stackFile.open(place, running.deployments.stacks());
  log.info(
    `AWS endpoint ${endpoint.url}, MQTT mqtts://${MQTT_HOST}:${broker.port}, stack file ${shorten(options.stackFile)}`,
  );

  const engineFailed = engine.exited.then((reason) => new Error(reason));
  return { failed: data === undefined ? engineFailed : Promise.race([engineFailed, data.failed]) };
}
