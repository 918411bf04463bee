import { setTimeout as delay } from 'node:timers/promises';
import type { AwsService } from '../aws.ts';
import type { OffsetClock } from '../clock.ts';
import type { FunctionInvoker, MqttMessage } from '../contracts.ts';
import { parseFunctionReference } from '../lambda/definition.ts';
import type { EnvironmentFaults } from '../lambda/environment.ts';
import { decodePath } from '../percent-encoding.ts';
import type { RulesEngine } from '../rules/rules-engine.ts';
import type { BatchDelivery } from '../streams/batch-delivery.ts';
import type { StreamRecord } from '../streams/stream-record.ts';
import type { FaultPlan, Strike } from './fault-plan.ts';

type Delivery = Pick<BatchDelivery, 'deliver'>;

/**
 * A shard's delivery that cuts batches, and gives some again, as the plan has it: at once, or after the next one, which
 * then comes again as well, as when a reader goes on from where it has last said that it was.
 */
export function withBatchFaults(delivery: Delivery, tableName: string, plan: FaultPlan): Delivery {
  let again: readonly StreamRecord[] | undefined;

  async function deliverTwice(batch: readonly StreamRecord[], strike: Strike | undefined): Promise<void> {
    await delivery.deliver(batch);
    if (again !== undefined) {
      const earlier = again;
      again = undefined;
      await delivery.deliver(earlier);
      await delivery.deliver(batch);
    }
    if (strike === undefined) return;
    strike.tell();
    if (strike.fraction < 0.5) await delivery.deliver(batch);
    else again = batch;
  }

  return {
    async deliver(batch) {
      const strikes = plan.draw('batch', `streams:${tableName}`);
      const duplicate = strikes.find(({ fault }) => fault.kind === 'duplicate');
      const cut = strikes.find(({ fault }) => fault.kind === 'cut');
      if (cut === undefined || batch.length < 2) return deliverTwice(batch, duplicate);
      cut.tell();
      const at = 1 + Math.floor(cut.fraction * (batch.length - 1));
      await deliverTwice(batch.slice(0, at), duplicate);
      await deliverTwice(batch.slice(at), undefined);
    },
  };
}

/** How Lambda's functions are invoked from within the runtime, and by its API. */
interface Invocable extends FunctionInvoker {
  readonly handle: AwsService;
}

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Functions whose events are accepted twice now and then, as the plan has it. */
export function withEventFaults<T extends Invocable>(functions: T, plan: FaultPlan): T {
  async function comesAgain(reference: string, accept: () => Promise<unknown>): Promise<void> {
    const strike = plan.drawOne('event', `lambda:${parseFunctionReference(reference).functionName}`);
    if (strike === undefined) return;
    try {
      await accept();
      strike.tell();
    } catch (error) {
      // The first has been accepted, which its sender must hear. A second that finds no room is none.
      if (Object(error).code !== 'TooManyRequestsException') throw error;
    }
  }
  return {
    ...functions,
    async invokeAsync(functionName, ...event) {
      await functions.invokeAsync(functionName, ...event);
      await comesAgain(functionName, () => functions.invokeAsync(functionName, ...event));
    },
    async handle(request) {
      const response = await functions.handle(request);
      const [, reference] = INVOCATION.exec(request.path) ?? [];
      const isAccepted = request.headers['x-amz-invocation-type'] === 'Event' && response.status === 202;
      if (isAccepted && reference !== undefined) {
        await comesAgain(decodePath(reference), () => functions.handle(request));
      }
      return response;
    },
  };
}

/** How long a message is held when none comes after it. */
const HELD_AT_MOST_MS = 500;

/** Rules that messages come to twice, or after later ones, as the plan has it. */
export function withMessageFaults(rules: RulesEngine, plan: FaultPlan): RulesEngine {
  /** Lets go of the messages that are held. */
  let release = Promise.withResolvers<void>();

  async function handleOnce(message: MqttMessage, isHeld: boolean): Promise<void> {
    if (isHeld) {
      const timer = new AbortController();
      const timeout = delay(HELD_AT_MOST_MS, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([release.promise, timeout]);
      timer.abort();
      return rules.handle(message);
    }
    const handled = rules.handle(message);
    release.resolve();
    release = Promise.withResolvers();
    await handled;
  }

  return {
    async handle(message) {
      const strikes = plan.draw('message', `mqtt:${message.topic}`);
      for (const { tell } of strikes) tell();
      const kinds = strikes.map(({ fault }) => fault.kind);
      const isHeld = kinds.includes('reorder');
      await handleOnce(message, isHeld);
      if (kinds.includes('duplicate')) await rules.handle(message);
    },
  };
}

/** Within how long an invocation's worker ends. */
const KILLED_WITHIN_MS = 50;

/** What happens to functions' environments, as the plan has it. */
export function createEnvironmentFaults(plan: FaultPlan): EnvironmentFaults {
  return {
    clockOf(clock) {
      const strike = plan.drawOne('boot', 'clock');
      if (strike?.fault.kind !== 'skew') return clock;
      strike.tell();
      return skewed(clock, strike.fault.ms);
    },
    killOf(functionName) {
      const strike = plan.drawOne('invocation', `lambda:${functionName}`);
      return strike && { afterMs: strike.fraction * KILLED_WITHIN_MS, tell: strike.tell };
    },
  };
}

/** The platform's own time stays right: what the function is told is off. */
function skewed(clock: OffsetClock, ms: number): OffsetClock {
  return {
    now: () => clock.now(),
    sleep: (sleepMs, signal) => clock.sleep(sleepMs, signal),
    get offsetMs() {
      return (clock.offsetMs ?? 0) + ms;
    },
  };
}
