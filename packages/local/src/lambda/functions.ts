import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { AwsError, AwsService } from '../aws.ts';
import type { OffsetClock } from '../clock.ts';
import type {
  FunctionInvoker,
  InvocationResult,
  LogWriter,
  QueueSender,
  ResourceKeeper,
  RuntimeLog,
} from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import type { CodeStore } from '../package/code-store.ts';
import { createLambdaApi } from './api/lambda-api.ts';
import { AsynchronousInvocations } from './asynchronous-invocations.ts';
import { defaultLogging, type FunctionDefinition } from './definition.ts';
import type { EnvironmentFaults } from './environment.ts';
import { DEFAULT_TOTAL_ENVIRONMENTS, EnvironmentBudget } from './environment-budget.ts';
import { logTail } from './environment-log.ts';
import { EnvironmentPool, type IdleLimits } from './environment-pool.ts';
import { type EndpointUrls, environmentVariables, logStreamName } from './environment-variables.ts';
import { DEFAULT_QUEUE_LIMITS, type QueueLimits } from './event-queues.ts';
import { FunctionRegistry } from './function-registry.ts';
import { assertPayloadSize, limitResponse, tooManyRequests } from './invocation.ts';

export interface FunctionsOptions {
  /** For the records of what failed. */
  readonly queues: QueueSender;
  readonly clock: OffsetClock;
  readonly accountId: string;
  readonly region: string;
  readonly log: RuntimeLog;
  /** Asked whenever an environment boots, so that the endpoint may start after the functions are there. */
  endpointUrls(): EndpointUrls;
  /** Where code is unzipped to that calls upload; it has nothing else in it. */
  readonly code: CodeStore;
  /** Takes what functions and their platform log, line by line. */
  readonly logs?: LogWriter;
  /** Of one function at once; by default two a processor, and eight at most. */
  readonly maxEnvironments?: number;
  /** Of all functions at once; by default as many as half of the memory holds. */
  readonly maxTotalEnvironments?: number;
  /** By default one and two seconds; AWS waits one and two minutes. */
  readonly asyncRetryDelaysMs?: readonly number[];
  /** Of each function's queue of asynchronous invocations. */
  readonly asyncQueueLimits?: Partial<QueueLimits>;
  /** Keeps what calls change of functions, and the events of asynchronous invocations; in memory by default. */
  readonly collections?: Collections;
  /** None by default. */
  readonly faults?: EnvironmentFaults;
  /** How long a synchronous invocation waits for a free environment before it is throttled. */
  readonly concurrencyWaitMs?: number;
  /** By default five minutes for the last idle environment of a function, and half a minute for others. */
  readonly idleLimits?: IdleLimits;
}

export interface Functions extends FunctionInvoker {
  /**
   * The functions of stacks. Rejects with `InvalidParameterValueException` for one that the laptop runtime cannot run as
   * AWS would: another runtime than Node.js, a destination that is no standard queue.
   */
  readonly keeper: ResourceKeeper<FunctionDefinition>;
  /** The Lambda API. */
  readonly handle: AwsService;
  /** Whether a function's permissions let a service's principal invoke it for a resource, such as a rule. */
  mayInvoke(functionArn: string, principal: string, sourceArn: string): boolean;
  /** As its resource has it now. Throws `ResourceNotFoundException`. */
  find(reference: string): FunctionDefinition;
  /** Goes on with events that an earlier runtime has accepted. */
  resume(): void;
  /** Ends every environment, running invocations with them, and leaves events that are not finished. */
  close(): Promise<void>;
  /** Resolves once no invocation runs and no event waits for a try, a retry or its destination. */
  idle(): Promise<void>;
}

const DEFAULT_RETRY_DELAYS_MS: readonly number[] = [1000, 2000];
const DEFAULT_CONCURRENCY_WAIT_MS = 30_000;
const DEFAULT_IDLE_LIMITS: IdleLimits = { lastMs: 300_000, othersMs: 30_000 };
const DEFAULT_MAX_ENVIRONMENTS = Math.min(8, 2 * availableParallelism());

/** Runs functions, as AWS Lambda does. */
export function createFunctions(options: FunctionsOptions): Functions {
  const { clock, log, collections = memoryCollections } = options;
  const concurrencyWaitMs = options.concurrencyWaitMs ?? DEFAULT_CONCURRENCY_WAIT_MS;
  const budget = new EnvironmentBudget(options.maxTotalEnvironments ?? DEFAULT_TOTAL_ENVIRONMENTS);
  const registry = new FunctionRegistry({
    ...options,
    collections,
    maxEnvironments: options.maxEnvironments ?? DEFAULT_MAX_ENVIRONMENTS,
    createPool: (definition, limit) => createPool(definition, limit, { ...options, budget }),
  });
  const code = withoutOldCode(options, registry);
  let running = 0;
  let idleWaiters: (() => void)[] = [];

  const events = new AsynchronousInvocations(
    {
      clock,
      log,
      collections,
      retryDelaysMs: options.asyncRetryDelaysMs ?? DEFAULT_RETRY_DELAYS_MS,
      limits: { ...DEFAULT_QUEUE_LIMITS, ...options.asyncQueueLimits },
      find: (functionName) => registry.get(functionName),
      queues: options.queues,
    },
    wakeWhenIdle,
  );
  const { idleLimits = DEFAULT_IDLE_LIMITS } = options;
  const reaper = setInterval(() => registry.reap(idleLimits), idleLimits.othersMs / 2).unref();

  function wakeWhenIdle(): void {
    if (running > 0 || events.pending > 0) return;
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const wake of waiters) wake();
  }

  const invoke: FunctionInvoker['invoke'] = async (functionName, payload, clientContext) => {
    const { definition, pool } = registry.find(functionName);
    assertPayloadSize(payload, 'RequestResponse');
    running += 1;
    try {
      const context = clientContext === undefined ? {} : { clientContext };
      return await invokeSynchronously({ payload, ...context, concurrencyWaitMs, definition, pool });
    } finally {
      running -= 1;
      wakeWhenIdle();
    }
  };

  const invokeAsync: FunctionInvoker['invokeAsync'] = async (reference, payload, clientContext) => {
    const { functionName } = registry.find(reference).definition;
    assertPayloadSize(payload, 'Event');
    const context = clientContext === undefined ? {} : { clientContext };
    await events.accept({ functionName, payload, ...context });
  };

  return {
    invoke,
    invokeAsync,
    keeper: {
      async put(definition) {
        registry.putOfStack(definition);
        events.appeared(definition.functionName);
      },
      remove: async ({ functionName }) => registry.remove(functionName),
    },
    handle: createLambdaApi({ code, registry, invoke, invokeAsync }),
    find: (reference) => registry.find(reference).definition,
    mayInvoke: (functionArn, principal, sourceArn) => registry.mayInvoke(functionArn, principal, sourceArn),
    resume: () => events.resume(),
    async close() {
      clearInterval(reaper);
      events.close();
      await registry.close();
    },
    async idle() {
      if (running === 0 && events.pending === 0) return;
      await new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
  };
}

interface SynchronousInvocation {
  readonly definition: FunctionDefinition;
  readonly pool: EnvironmentPool;
  readonly payload: string;
  /** JSON text, for the context object. */
  readonly clientContext?: string;
  /** How long it may wait for an environment. */
  readonly concurrencyWaitMs: number;
}

/**
 * Runs a handler and gives its answer. Throws `TooManyRequestsException` (429) when no environment is free in
 * time: AWS throttles at once, but a laptop has a few environments where AWS has a thousand.
 */
function invokeSynchronously(invocation: SynchronousInvocation): Promise<InvocationResult> {
  const { definition, pool, payload, clientContext, concurrencyWaitMs } = invocation;
  if (definition.reservedConcurrency === 0) return Promise.reject(throttled(definition));
  const requestId = randomUUID();
  return new Promise((resolve, reject) => {
    let isWanted = true;
    const timer = setTimeout(() => {
      isWanted = false;
      reject(throttled(definition));
    }, concurrencyWaitMs);
    pool.run({
      requestId,
      payload,
      invokedFunctionArn: definition.arn,
      ...(clientContext === undefined ? {} : { clientContext }),
      claim() {
        clearTimeout(timer);
        return isWanted;
      },
      complete(anyOutcome) {
        clearTimeout(timer);
        const outcome = limitResponse(anyOutcome);
        resolve({
          ...(outcome.functionError === undefined ? {} : { functionError: outcome.functionError }),
          payload: outcome.payload,
          requestId,
          logTail: logTail(outcome.logText),
        });
      },
    });
  });
}

function throttled(definition: FunctionDefinition): AwsError {
  return tooManyRequests(
    definition.reservedConcurrency === undefined
      ? 'ConcurrentInvocationLimitExceeded'
      : 'ReservedFunctionConcurrentInvocationLimitExceeded',
  );
}

/** Code that nothing has any longer goes when the next runtime starts: what runs may load of it until it ends. */
function withoutOldCode({ code, log }: FunctionsOptions, registry: FunctionRegistry): CodeStore {
  const used = registry.codeDirectories();
  const removed = code
    .removeAllBut(used)
    .catch((error: unknown) => log.warn(`code that nothing uses could not be removed: ${String(error)}`));
  return {
    ...code,
    async unzip(archive) {
      // It is not in use yet.
      await removed;
      return code.unzip(archive);
    },
  };
}

function createPool(
  definition: FunctionDefinition,
  limit: () => number,
  options: FunctionsOptions & { readonly budget: EnvironmentBudget },
): EnvironmentPool {
  const { clock, faults, budget, region, logs, endpointUrls } = options;
  const { logGroupName } = definition.logging ?? defaultLogging(definition.functionName);
  return new EnvironmentPool({
    definition,
    clock,
    ...(faults !== undefined && { faults }),
    budget,
    limit,
    variables: () => environmentVariables(definition, region, endpointUrls(), logStreamName(clock.now())),
    onLine: (logStream, line) => logs?.write(logGroupName, logStream, line),
  });
}
