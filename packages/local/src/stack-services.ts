import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { AwsService } from './aws.ts';
import type { MovableClock } from './clock.ts';
import { type Deployments, openDeployments, type StartedPackage } from './cloudformation/deployments.ts';
import type { RuntimeLog } from './contracts.ts';
import { afterCommit } from './data/collections.ts';
import { collectionsOf, type DataDirectory, openPartDirectory } from './data/data-directory.ts';
import { createForwarder } from './endpoint/forwarder.ts';
import type { Engine } from './engine/dynoxide.ts';
import { createTableKeeper } from './engine/table-keeper.ts';
import { createEventsService } from './events/events-service.ts';
import { createFaults } from './faults/faults.ts';
import type { IotIdentity } from './iot/identity.ts';
import { type AwsIotLog, IOT_LOG_GROUP } from './iot/iot-log.ts';
import { createIotServices } from './iot/iot-services.ts';
import { createFunctions } from './lambda/functions.ts';
import { openLogStore } from './logs/log-store.ts';
import { createLogsService } from './logs/logs-service.ts';
import type { Broker } from './mqtt/broker.ts';
import type { RuntimeOptions } from './options.ts';
import { openCodeStore } from './package/code-store.ts';
import { createQueues } from './queues/queues.ts';
import { createRulesEngine, type RulesEngine } from './rules/rules-engine.ts';
import { startS3 } from './s3/s3-service.ts';
import { createSchedules } from './schedules/schedules.ts';
import { createDiskExecutionStore } from './states/disk-execution-store.ts';
import { createStatesService } from './states/states-service.ts';
import { createEventSourceMappings } from './streams/event-source-mappings.ts';
import { KEPT_KINDS, type ResourceKind, type StackKeepers } from './template/resource-kinds.ts';
import { createTtl } from './ttl/ttl.ts';

/** What the services of a stack stand on. */
interface Foundations {
  readonly options: RuntimeOptions;
  readonly clock: MovableClock;
  readonly accountId: string;
  /** What an earlier runtime has left; absent where everything is in memory. */
  readonly data: DataDirectory | undefined;
  readonly engine: Engine;
  readonly endpointUrl: string;
  readonly identity: IotIdentity;
  readonly broker: Broker;
  /** What the broker has logged waits in it to be told where to. */
  readonly iotLog: AwsIotLog;
  readonly log: RuntimeLog;
  /** Hears of every deployment that has ended. */
  onDeployed(): Promise<void> | void;
  /** Has a part closed when the runtime ends, before those that came earlier. */
  closing<T extends { close(): unknown }>(part: T): T;
}

interface StackServices {
  /** By signing name. */
  readonly services: Readonly<Record<string, AwsService>>;
  readonly rules: RulesEngine;
  readonly deployments: Deployments;
}

/** Where the engine outlives the runtime, the next one has to know which removals were by TTL. */
function removalLogOf({ options, data }: Foundations): { readonly removalLogFile?: string } {
  if (data !== undefined) return { removalLogFile: data.paths.ttlRemovals };
  if (options.dynamodbUrl === undefined) return {};
  return { removalLogFile: join(dirname(options.stackFile), 'ttl-removals.jsonl') };
}

/** What a data directory keeps; an engine that is not the runtime's keeps what it likes. */
function keptKinds({ data, options }: Foundations): ReadonlySet<ResourceKind> {
  if (data === undefined) return new Set();
  return options.dynamodbUrl === undefined
    ? KEPT_KINDS
    : new Set([...KEPT_KINDS].filter((kind) => kind !== 'tables'));
}

/** Runs all services, what was deployed to them before, and the package that the runtime starts with. */
export async function startServices(
  started: StartedPackage | undefined,
  foundations: Foundations,
): Promise<StackServices> {
  const { options, clock, accountId, data, engine, endpointUrl, identity, broker, iotLog, log, closing } =
    foundations;
  const { region } = options;
  const engineUrl = engine.url;
  const collections = collectionsOf(data);
  const common = { clock, accountId, region, log, collections };

  const forwarder = closing(createForwarder({ url: engineUrl, available: () => engine.available() }));
  const ttl = closing(
    await createTtl({
      ...common,
      engineUrl,
      ...(options.ttlDelaySeconds !== undefined && { delaySeconds: options.ttlDelaySeconds }),
      ...removalLogOf(foundations),
    }),
  );
  const queues = closing(
    await createQueues({
      accountId,
      region,
      endpointUrl: () => endpointUrl,
      ...(data !== undefined && { queuesDirectory: data.paths.queues }),
    }),
  );
  const s3 = closing(await startS3({ region, ...(data !== undefined && { directory: data.paths.objects }) }));
  const logs = closing(
    await openLogStore({
      ...common,
      directory: data?.paths.logs ?? join(dirname(options.stackFile), 'logs'),
    }),
  );
  const logsService = closing(createLogsService({ ...common, store: logs }));
  const faults = closing(createFaults({ settings: options.faults, logs, log }));
  const code = closing(await openPartDirectory(data?.paths.uploadedCode, 'uploaded-code-'));
  const codeStore = await openCodeStore(code.path);
  const unharmedFunctions = closing(
    createFunctions({
      ...common,
      code: codeStore,
      queues,
      // Straight to the engine: a hop less, and on this machine all the same, but for faults.
      endpointUrls: () => ({ all: endpointUrl, services: faults.areAny ? {} : { DYNAMODB: engineUrl } }),
      ...faults.ofFunctions,
      logs,
      asyncRetryDelaysMs: options.asyncRetryDelaysMs,
      asyncQueueLimits: { events: options.asyncQueueEvents },
    }),
  );
  const functions = faults.events(unharmedFunctions);
  const mapRuns = closing(await openPartDirectory(data?.paths.mapRuns, 'map-runs-'));
  const executionStore = data && closing(createDiskExecutionStore(data.database));
  const states = closing(
    createStatesService({
      ...common,
      functions,
      logs,
      objects: s3.objects,
      spoolDirectory: mapRuns.path,
      ...(executionStore !== undefined && { store: executionStore }),
    }),
  );
  const events = closing(createEventsService({ ...common, functions, queues, states, logs }));
  const rules = createRulesEngine({
    ...common,
    functions,
    queues,
    republish: (topic, payload, qos) => broker.publish(topic, payload, qos),
    mayInvoke: (functionArn, ruleArn) => functions.mayInvoke(functionArn, 'iot.amazonaws.com', ruleArn),
    iotLog,
  });
  closing(identity.registry);
  const { topicRules } = rules;
  const iot = createIotServices({
    ...common,
    identity,
    broker,
    iotLog,
    topicRules,
    quotas: options.iotQuotas,
  });
  const schedules = closing(createSchedules({ ...common, functions }));
  const eventSourceMappings = closing(
    createEventSourceMappings({
      ...common,
      engineUrl,
      stamp: ttl.stamp,
      functions,
      queues,
      ...faults.ofStreams,
    }),
  );
  const keepers: StackKeepers = {
    eventSourceMappings: eventSourceMappings.keeper,
    tables: createTableKeeper({ url: engineUrl, region, timeToLive: ttl }),
    queues: queues.keeper,
    buckets: s3.buckets,
    logGroups: logs.keeper,
    queryDefinitions: logsService.queryDefinitions,
    functions: functions.keeper,
    ...events.keepers,
    iotLogging: iotLog.level,
    policies: identity.registry.policies,
    stateMachines: states.machines,
    topicRules,
    schedules: schedules.keeper,
  };
  const deployedCode = closing(await openPartDirectory(data?.paths.deployedCode, 'deployed-code-'));
  const deployments = closing(
    openDeployments({
      ...common,
      endpointUrl,
      keepers,
      code: {
        store: await openCodeStore(deployedCode.path),
        objects: s3.objects,
      },
      keptKinds: keptKinds(foundations),
      onDeployed: () => foundations.onDeployed(),
    }),
  );
  await deployments.start(started);
  const iotLogStream = `${randomUUID()}_${accountId}_0`;
  iotLog.open((record, timestampMs) => logs.write(IOT_LOG_GROUP, iotLogStream, record, timestampMs));
  // After the readers of the streams, so that none misses a removal.
  await ttl.start();
  events.resume();
  functions.resume();
  states.resume(executionStore?.interrupted ?? []);
  const kept = (service: AwsService) => afterCommit(service, collections);
  const services = {
    cloudformation: kept(deployments.handle),
    dynamodb: ttl.handleBefore(faults.engine(forwarder.handle, engine)),
    events: kept(events.handle),
    iot: kept(iot.iot),
    iotdata: kept(iot.iotdata),
    lambda: kept(eventSourceMappings.handleBefore(functions.handle)),
    logs: kept(logsService.handle),
    s3: s3.handle,
    sqs: queues.sqs,
    states: kept(states.handle),
    sts: queues.sts,
  };
  return { rules: faults.messages(rules), services: faults.calls(services), deployments };
}
