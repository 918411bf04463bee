import { setTimeout as delay } from 'node:timers/promises';
import type { MqttMessage } from '../contracts.ts';
import type { RulesEngine } from '../rules/rules-engine.ts';
import type { FaultPlan } from './fault-plan.ts';

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
