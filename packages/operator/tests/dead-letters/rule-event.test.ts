import { createRulesEngine } from '@device-lifecycle/local/rules/rules-engine.ts';
import { failedRule, STACK_NAME } from '@device-lifecycle/test-kit/letters.ts';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type FailedRule, readLetter } from '../../src/dead-letters/letter.ts';
import { buildRuleEvent } from '../../src/dead-letters/rule-event.ts';
import { functionOfRule } from '../../src/dead-letters/target.ts';

/** Nobody may have packaged the service yet. */
const PACKAGING_TIMEOUT_MS = 120_000;

const NOW = 1_780_000_000_000;

function build(body: string, stackName = STACK_NAME) {
  const letter = readLetter(body, stackName);
  expect(letter.kind).toBe('rule');
  return buildRuleEvent(letter as FailedRule, stackName, NOW);
}

describe("what is built from an error action's message", () => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate();
  }, PACKAGING_TIMEOUT_MS);

  /** The event that the packaged rule gives its function, and the letter that follows when the function refuses it. */
  async function failFor(topic: string, payload: Buffer) {
    const events: (readonly [functionName: string, event: unknown])[] = [];
    const letters: string[] = [];
    const engine = createRulesEngine({
      ...ruleTargets,
      functions: {
        ...ruleTargets.functions,
        async invokeAsync(functionArn, event) {
          events.push([functionArn.split(':')[6] ?? '', JSON.parse(event)]);
          throw Object.assign(new Error('no function'), { name: 'ResourceNotFoundException' });
        },
      },
      queues: { sendMessage: async (_, body) => void letters.push(body) },
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      accountId: template.environment.accountId,
      region: template.environment.region,
      log: silentLog,
    });
    for (const rule of template.stack.rules) await engine.topicRules.put(rule);
    const traceId = '7e146a2c-95b5-6caf-98b9-50e3969734c7';
    await engine.handle({ topic, payload, qos: 1, clientId: 'dev-1', principal: 'ab12', traceId });
    expect([events.length, letters.length]).toEqual([1, 1]);
    return { event: events[0], letter: letters[0] ?? '' };
  }

  it.each(['register', 'update', 'heartbeat', 'decommission'])(
    'is the event of the packaged rule of %s, but for the principal that AWS IoT does not tell',
    async (operation) => {
      const payload = Buffer.from([0, 255, 7]);
      const { event, letter } = await failFor(`devices/dev-1/${operation}`, payload);
      const [functionName, { principal, ...rest }] = event as [string, Record<string, unknown>];
      expect(principal).toBe('ab12');
      const built = build(letter);
      expect(built).toMatchObject({ notes: expect.arrayContaining([expect.stringContaining('AWS IoT')]) });
      expect(built).toMatchObject({ functionName: functionName.slice(STACK_NAME.length + 1) });
      expect(Object(built).event).toEqual(rest);
    },
  );

  it('is known for each packaged rule that invokes a function, and goes to that function', () => {
    for (const { ruleName, actions } of template.stack.rules) {
      const names = actions.map(
        (action) => String(Object(Object(action).lambda).functionArn ?? '').split(':')[6],
      );
      const [fullName] = names.filter((name) => name !== undefined);
      expect([ruleName, functionOfRule(ruleName, STACK_NAME)]).toEqual([
        ruleName,
        fullName?.slice(STACK_NAME.length + 1),
      ]);
    }
  });

  it('is all of the event of the packaged rule of presence', async () => {
    const happened = {
      clientId: 'dev-2',
      timestamp: 1_779_999_999_000,
      eventType: 'disconnected',
      sessionIdentifier: '00000000-0000-0000-0000-000000000000',
      principalIdentifier: 'cd34',
      versionNumber: 3,
    };
    const payload = Buffer.from(JSON.stringify(happened));
    const { event, letter } = await failFor('$aws/events/presence/disconnected/dev-2', payload);
    const [functionName, selected] = event as [string, unknown];
    expect(build(letter)).toEqual({
      functionName: functionName.slice(STACK_NAME.length + 1),
      event: selected,
      notes: [],
    });
  });

  it.each([
    ['the topic of another operation', failedRule('register', { topic: 'devices/dev-1/update' })],
    ['a topic of nobody', failedRule('register', { topic: 'things/dev-1/register' })],
    ['a topic with more levels', failedRule('register', { topic: 'devices/dev-1/register/now' })],
    ['a client that the rule takes nothing of', failedRule('register', { clientId: 'n/a' })],
    ['no trace id, by which a repetition is known', failedRule('register', { cloudwatchTraceId: undefined })],
    ['a rule that invokes nothing', failedRule('unanswerable')],
    ['a rule of another stack', failedRule('register', { ruleName: 'device_lifecycle_prod_register' })],
    ['the name of an inherited property', failedRule('constructor')],
    ['a presence event that is not JSON', failedRule('presence', { base64OriginalPayload: 'AA==' })],
    [
      'a presence event that the rule does not select',
      failedRule('presence', {
        base64OriginalPayload: Buffer.from('{"eventType":"connect_failed"}').toString('base64'),
      }),
    ],
  ])('is nothing for %s', (_, body) => {
    expect(build(body)).toEqual({ why: expect.any(String) });
  });
});
