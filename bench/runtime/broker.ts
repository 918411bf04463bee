import { median } from '../measure.ts';
import { createFleet, type Figures, measure, type Size, type Variant } from '../mqtt/broker-round.ts';
import type { RuntimeFigure, RuntimePart } from './part.ts';

const FULL: Size = {
  rounds: 5,
  clients: 200,
  many: { clients: 200, inFlight: 1, messages: 20_000 },
  few: { clients: 20, inFlight: 16, messages: 40_000 },
  warmUpMessages: 10_000,
};
const QUICK: Size = {
  rounds: 1,
  clients: 20,
  many: { clients: 20, inFlight: 1, messages: 500 },
  few: { clients: 4, inFlight: 16, messages: 500 },
  warmUpMessages: 100,
};

/** Of the rate of plain aedes. */
const RATE_GOAL = 0.7;

const RATES = [
  ['manyRate', 'QoS 1 messages through the broker, 200 clients with 1 in flight'],
  ['fewRate', 'QoS 1 messages through the broker, 20 clients with 16 in flight'],
] as const;

/**
 * Our broker with what the service has on it, against plain aedes, both over mutual TLS, in processes of their own:
 * each message passes the policy of its device, is recorded by nobody, and is given to the service's rules, whose SQL
 * is evaluated and whose functions do nothing; then it is acknowledged. The clients publish heartbeats, and nobody
 * subscribes to them.
 */
export const measureBroker: RuntimePart = async (isQuick) => {
  const size = isQuick ? QUICK : FULL;
  const fleet = await createFleet(size.clients);
  const rounds: Record<Variant, Figures[]> = { ours: [], aedes: [] };
  for (let round = 0; round < size.rounds; round += 1) {
    const order: readonly Variant[] = round % 2 === 0 ? ['ours', 'aedes'] : ['aedes', 'ours'];
    for (const variant of order) rounds[variant].push(await measure(fleet, variant, size));
  }
  return RATES.map(([figure, name]): RuntimeFigure => {
    const of = (variant: Variant) => median(rounds[variant].map((round) => round[figure]));
    return {
      name,
      unit: 'messages/s',
      ours: of('ours'),
      underneath: of('aedes'),
      goal: { atLeast: RATE_GOAL },
      isGoalForRatio: true,
    };
  });
};
