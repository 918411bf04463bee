import { checkStatement } from '@device-lifecycle/local/rules/check-statement.ts';
import { compileStatement, type EvaluateStatement } from '@device-lifecycle/local/rules/compile-statement.ts';
import { parseStatement } from '@device-lifecycle/local/rules/parse-sql.ts';
import type { MessageContext } from '@device-lifecycle/local/rules/scope.ts';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { median } from '../measure.ts';
import type { RuntimePart } from './figure.ts';

const ROUNDS = 9;
const GOAL_PER_SECOND = 50_000;

/** A message for a rule, and what an action gets for it. */
interface Case {
  readonly evaluate: EvaluateStatement;
  readonly message: MessageContext;
  readonly result: unknown;
}

const presence = {
  clientId: 'bench-1',
  timestamp: 1_573_002_230_757,
  eventType: 'connected',
  sessionIdentifier: '00000000-0000-4000-8000-000000000000',
  principalIdentifier: 'a'.repeat(64),
  ipAddress: '192.0.2.0',
  versionNumber: 0,
};
const request = {
  requestId: '00000000-0000-4000-8000-000000000001',
  reason: 'end of life',
  firmware: '2.14.0',
  battery: 97.5,
  location: { latitude: 47.615694, longitude: -122.3359976 },
};

/** A message that the rule selects: of the presence of clients where it reads AWS's topics, else a device's request. */
function caseOf(sql: string): Case {
  const statement = parseStatement(sql);
  checkStatement(statement);
  const evaluate = compileStatement(statement);
  const isPresence = statement.from?.startsWith('$aws/') === true;
  const message: MessageContext = {
    topic: (statement.from ?? 'a').replaceAll('+', 'bench-1'),
    payload: Buffer.from(JSON.stringify(isPresence ? presence : request)),
    clientId: 'bench-1',
    principal: 'a'.repeat(64),
    sourceIp: '192.0.2.0',
    traceId: '00000000-0000-4000-8000-000000000002',
    timestampMs: presence.timestamp,
    accountId: '000000000000',
  };
  const selected = evaluate(message)?.selected;
  if (selected?.kind !== 'json')
    throw new Error(`The statement selects nothing for ${message.topic}: ${sql}`);
  return { evaluate, message, result: selected.value };
}

/** Both as often a second of the processor; the results' text is kept, so that nothing is optimized away. */
function perSecond(times: number, run: () => string): number {
  let length = 0;
  const before = process.cpuUsage();
  for (let index = 0; index < times; index += 1) length += run().length;
  const { user, system } = process.cpuUsage(before);
  if (length === 0) throw new Error('Nothing was computed.');
  return times / ((user + system) / 1_000_000);
}

/**
 * The service's own rules, from the message's bytes to the action's JSON text; underneath, the payload's bytes read as
 * JSON, and the same result written as JSON.
 */
export const measureRules: RuntimePart = async (isQuick) => {
  const { stack } = await packagedTemplate();
  const cases = stack.rules.map(({ sql }) => caseOf(sql));
  const times = isQuick ? 100 : 20_000;
  const ours = () =>
    cases.map(({ evaluate, message }) => {
      const selected = evaluate(message)?.selected;
      return selected?.kind === 'json' ? JSON.stringify(selected.value) : '';
    });
  const underneath = () =>
    cases.map(({ message, result }) => {
      JSON.parse(message.payload.toString());
      return JSON.stringify(result);
    });
  const rounds = Array.from({ length: isQuick ? 1 : ROUNDS }, () => ({
    ours: cases.length * perSecond(times, () => ours().join('')),
    underneath: cases.length * perSecond(times, () => underneath().join('')),
  }));
  return [
    {
      name: "the service's rules, evaluated on one core",
      unit: 'evaluations/s',
      ours: median(rounds.map((round) => round.ours)),
      underneath: median(rounds.map((round) => round.underneath)),
      goal: { atLeast: GOAL_PER_SECOND },
    },
  ];
};
