import { randomUUID } from 'node:crypto';
import type { AwsError } from '../aws.ts';
import type { InvocationResult } from '../contracts.ts';
import type { FunctionDefinition } from './definition.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import { logTail } from './log-tail.ts';
import { limitResponse } from './payload-limits.ts';
import { tooManyRequests } from './too-many-requests.ts';

function throttled(definition: FunctionDefinition): AwsError {
  return tooManyRequests(
    definition.reservedConcurrency === undefined
      ? 'ConcurrentInvocationLimitExceeded'
      : 'ReservedFunctionConcurrentInvocationLimitExceeded',
  );
}

export interface SynchronousInvocation {
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
export function invokeSynchronously(invocation: SynchronousInvocation): Promise<InvocationResult> {
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
