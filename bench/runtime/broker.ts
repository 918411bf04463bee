import { median } from '../measure.ts';
import { createFleet, type Figures, measure, type Size } from '../mqtt/broker-round.ts';
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

const LOADS = [
  ['manyRate', '1 in flight'],
  ['fewRate', '16 in flight for some'],
] as const;

type Way = 'rules' | 'policies' | 'aedes';

/**
 * Our broker with what the service has on it, against plain aedes, both over mutual TLS, in processes of their own, by
 * turns. Devices publish heartbeats with QoS 1, to which nobody subscribes. Each message passes the policy of its
 * device; with rules, it is given to those of the service, of which two read it: one selects it, for a function that
 * does nothing, and one does not. Then it is acknowledged. plain aedes acknowledges it, and that is all.
 */
export const measureBroker: RuntimePart = async (isQuick) => {
  const size = isQuick ? QUICK : FULL;
  const fleet = await createFleet(size.clients);
  const measureWay = {
    rules: () => measure(fleet, 'ours', size),
    policies: () => measure({ ...fleet, rules: [] }, 'ours', size),
    aedes: () => measure(fleet, 'aedes', size),
  };
  const rounds: Record<Way, Figures[]> = { rules: [], policies: [], aedes: [] };
  for (let round = 0; round < size.rounds; round += 1) {
    const order: readonly Way[] =
      round % 2 === 0 ? ['rules', 'policies', 'aedes'] : ['aedes', 'policies', 'rules'];
    for (const way of order) rounds[way].push(await measureWay[way]());
  }
  const rateOf = (way: Way, figure: 'manyRate' | 'fewRate') =>
    median(rounds[way].map((round) => round[figure]));
  return (['rules', 'policies'] as const).flatMap((way) =>
    LOADS.map(([figure, load]): RuntimeFigure => {
      const what = way === 'rules' ? 'policies and rules' : 'policies, without rules';
      return {
        name: `messages through the broker, ${what}; ${load}`,
        unit: 'messages/s',
        ours: rateOf(way, figure),
        underneath: rateOf('aedes', figure),
        goal: { atLeast: RATE_GOAL },
        isGoalForRatio: true,
      };
    }),
  );
};
