import { systemClock } from '@device-lifecycle/local/clock.ts';
import { createRulesEngine } from '@device-lifecycle/local/rules/rules-engine.ts';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';

const log = { info: () => undefined, warn: console.warn, error: console.error };

/** What a message takes of the processor from the rules engine's door to the function's. */
export async function measureRules(
  messages: number,
): Promise<{ readonly microseconds: number; readonly rules: number }> {
  const { stack, environment } = await packagedTemplate();
  let invoked = 0;
  const engine = createRulesEngine({
    ...ruleTargets,
    ...environment,
    clock: systemClock,
    log,
    functions: {
      invoke: () => Promise.reject(new Error('No rule waits for an answer.')),
      async invokeAsync() {
        invoked += 1;
      },
    },
  });
  for (const rule of stack.rules) await engine.topicRules.put(rule);
  const message = {
    topic: 'devices/bench-1/decommission',
    payload: Buffer.from(JSON.stringify({ requestId: crypto.randomUUID(), reason: 'benchmark' })),
    qos: 1,
    clientId: 'bench-1',
    principal: 'a'.repeat(64),
    traceId: crypto.randomUUID(),
    sourceIp: '127.0.0.1',
  } as const;
  for (let index = 0; index < messages; index += 1) await engine.handle(message);
  const before = process.cpuUsage();
  for (let index = 0; index < messages; index += 1) await engine.handle(message);
  const { user, system } = process.cpuUsage(before);
  if (invoked !== 2 * messages)
    throw new Error(`${invoked} of ${2 * messages} messages have started a function.`);
  return { microseconds: (user + system) / messages, rules: stack.rules.length };
}
