import { availableParallelism } from 'node:os';
import type { AwsService } from '../aws.ts';
import type { OffsetClock } from '../clock.ts';
import type { FunctionInvoker, InvocationResult, LogWriter, QueueSender, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { createLambdaApi } from './api.ts';
import { AsynchronousInvocations, type Deployed } from './asynchronous-invocations.ts';
import { assertRunnable, type FunctionDefinition, LATEST } from './definition.ts';
import type { EnvironmentFaults } from './environment-faults.ts';
import { EnvironmentPool } from './environment-pool.ts';
import { type EndpointUrls, environmentVariables, logStreamName } from './environment-variables.ts';
import { DEFAULT_QUEUE_LIMITS, type QueueLimits } from './event-queues.ts';
import { functionNotFound, parseFunctionReference } from './function-name.ts';
import { defaultLogging } from './logging.ts';
import { isolatePackage } from './package-isolation.ts';
import { assertPayloadSize } from './payload-limits.ts';
import { invokeSynchronously } from './synchronous-invocation.ts';

export interface FunctionsOptions {
  readonly functions: readonly FunctionDefinition[];
  readonly clock: OffsetClock;
  readonly accountId: string;
  readonly region: string;
  readonly queues: QueueSender;
  readonly log: RuntimeLog;
  /** Asked whenever an environment boots, so that the endpoint may start after the functions are there. */
  endpointUrls(): EndpointUrls;
  /** Takes what functions and their platform log, line by line. */
  readonly logs?: LogWriter;
  /** Of one function at once; by default two a processor, and eight at most. */
  readonly maxEnvironments?: number;
  /** By default one and two seconds; AWS waits one and two minutes. */
  readonly asyncRetryDelaysMs?: readonly number[];
  /** Of each function's queue of asynchronous invocations. */
  readonly asyncQueueLimits?: Partial<QueueLimits>;
  /** Keeps the events of asynchronous invocations; in memory by default. */
  readonly collections?: Collections;
  /** None by default. */
  readonly faults?: EnvironmentFaults;
  /** How long a synchronous invocation waits for a free environment before it is throttled. */
  readonly concurrencyWaitMs?: number;
  /** After how long without work an environment ends. */
  readonly idleEnvironmentMs?: number;
}

export interface Functions extends FunctionInvoker {
  /** The Lambda API. */
  readonly handle: AwsService;
  /** Goes on with events that an earlier runtime has accepted. */
  resume(): void;
  /** Ends every environment, running invocations with them, and leaves events that are not finished. */
  close(): Promise<void>;
  /** Resolves once no invocation runs and no event waits for a try, a retry or its destination. */
  idle(): Promise<void>;
}

const DEFAULT_RETRY_DELAYS_MS: readonly number[] = [1000, 2000];
const DEFAULT_CONCURRENCY_WAIT_MS = 30_000;
const DEFAULT_IDLE_ENVIRONMENT_MS = 300_000;
const DEFAULT_MAX_ENVIRONMENTS = Math.min(8, 2 * availableParallelism());

/**
 * Runs the functions of a template, as AWS Lambda does. Throws for a function that the laptop runtime cannot run
 * as AWS would: another runtime than Node.js, a destination other than a standard queue or a function.
 */
export function createFunctions(options: FunctionsOptions): Functions {
  const { clock, log, queues } = options;
  const concurrencyWaitMs = options.concurrencyWaitMs ?? DEFAULT_CONCURRENCY_WAIT_MS;
  const deployed = new Map(
    options.functions.map((definition) => [definition.functionName, deploy(definition, options)]),
  );
  let running = 0;
  let idleWaiters: (() => void)[] = [];

  const events = new AsynchronousInvocations(
    {
      clock,
      log,
      collections: options.collections ?? memoryCollections,
      retryDelaysMs: options.asyncRetryDelaysMs ?? DEFAULT_RETRY_DELAYS_MS,
      limits: { ...DEFAULT_QUEUE_LIMITS, ...options.asyncQueueLimits },
      deliver,
    },
    wakeWhenIdle,
  );
  const idleEnvironmentMs = options.idleEnvironmentMs ?? DEFAULT_IDLE_ENVIRONMENT_MS;
  const reaper = setInterval(() => {
    for (const { pool } of deployed.values()) pool.reap(idleEnvironmentMs);
  }, idleEnvironmentMs / 2).unref();

  function find(reference: string): Deployed {
    const { functionName, region, accountId, qualifier } = parseFunctionReference(reference);
    const found = deployed.get(functionName);
    const isHere =
      (region ?? options.region) === options.region && (accountId ?? options.accountId) === options.accountId;
    if (found === undefined || !isHere || (qualifier ?? LATEST) !== LATEST) {
      const place = `${region ?? options.region}:${accountId ?? options.accountId}`;
      throw functionNotFound(`arn:aws:lambda:${place}:function:${functionName}`, qualifier);
    }
    return found;
  }

  function wakeWhenIdle(): void {
    if (running > 0 || events.pending > 0) return;
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const wake of waiters) wake();
  }

  async function invoke(functionName: string, payload: string): Promise<InvocationResult> {
    const { definition, pool } = find(functionName);
    assertPayloadSize(payload, 'RequestResponse');
    running += 1;
    try {
      const invokedFunctionArn = definition.arn;
      return await invokeSynchronously({ definition, pool, payload, invokedFunctionArn, concurrencyWaitMs });
    } finally {
      running -= 1;
      wakeWhenIdle();
    }
  }

  async function invokeAsync(functionName: string, payload: string): Promise<void> {
    const found = find(functionName);
    assertPayloadSize(payload, 'Event');
    await events.accept(found, payload);
  }

  async function deliver(arn: string, record: string): Promise<void> {
    if (arn.split(':')[2] === 'sqs') return queues.sendMessage(arn, record);
    const found = find(arn);
    assertPayloadSize(record, 'Event');
    await events.take(found, record);
  }

  const api = createLambdaApi({
    definitions: options.functions,
    find: (reference) => find(reference).definition,
    invoke,
    invokeAsync,
  });

  return {
    invoke,
    invokeAsync,
    handle: api,
    resume: () => events.resume((functionName) => deployed.get(functionName)),
    async close() {
      clearInterval(reaper);
      events.close();
      await Promise.all([...deployed.values()].map(({ pool }) => pool.close()));
    },
    async idle() {
      if (running === 0 && events.pending === 0) return;
      await new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
  };
}

function deploy(definition: FunctionDefinition, options: FunctionsOptions): Deployed {
  assertRunnable(definition);
  isolatePackage(definition.codeDir);
  const { functionName, reservedConcurrency } = definition;
  const { logGroupName } = definition.logging ?? defaultLogging(functionName);
  const limit = options.maxEnvironments ?? DEFAULT_MAX_ENVIRONMENTS;
  const pool = new EnvironmentPool({
    definition,
    clock: options.clock,
    ...(options.faults !== undefined && { faults: options.faults }),
    limit: Math.min(limit, reservedConcurrency ?? limit),
    variables: () =>
      environmentVariables(
        definition,
        options.region,
        options.endpointUrls(),
        logStreamName(options.clock.now()),
      ),
    onLine: (logStream, line) => options.logs?.write(logGroupName, logStream, line),
  });
  return { definition, pool };
}
