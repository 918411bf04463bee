import { median } from '../measure.ts';
import { createFleet, type Figures, type Fleet, measure, type Size } from '../mqtt/broker-round.ts';
import type { RuntimeFigure, RuntimePart } from './part.ts';

const FULL: Size = {
  rounds: 5,
  clients: 100,
  many: { clients: 100, inFlight: 1, messages: 15_000 },
  few: { clients: 20, inFlight: 16, messages: 40_000 },
  warmUpMessages: 20_000,
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
  ['fewRate', '16 in flight'],
] as const;

/** What is on our broker, and whether messages are delivered besides being acknowledged. */
const CASES = [
  { what: 'policies and rules, acknowledged and delivered', hasRules: true, subscribes: true },
  { what: 'policies and rules, acknowledged', hasRules: true, subscribes: false },
  { what: 'policies alone, acknowledged', hasRules: false, subscribes: false },
] as const;

type Pair = readonly [ours: Figures, aedes: Figures];

/** Both, one after the other, the first one by turns. */
async function measurePair(fleet: Fleet, size: Size, isAedesFirst: boolean): Promise<Pair> {
  if (!isAedesFirst) return [await measure(fleet, 'ours', size), await measure(fleet, 'aedes', size)];
  const aedes = await measure(fleet, 'aedes', size);
  return [await measure(fleet, 'ours', size), aedes];
}

/**
 * Our broker with what the service has on it, against plain aedes, both over mutual TLS, in processes of their own, by
 * turns. Devices publish heartbeats with QoS 1. Each message passes the policy of its device; with rules, it is given
 * to those of the service, of which two read it: one selects it, for a function that does nothing, and one does not.
 * Then it is acknowledged and, where its device has subscribed to it with QoS 0, delivered. The clients share the
 * processors with the broker.
 */
export const measureBroker: RuntimePart = async (isQuick) => {
  const size = isQuick ? QUICK : FULL;
  const fleet = await createFleet(size.clients);
  const pairs = CASES.map((): Pair[] => []);
  for (let round = 0; round < size.rounds; round += 1) {
    for (const [index, { hasRules, subscribes }] of CASES.entries()) {
      const withRules = hasRules ? fleet : { ...fleet, rules: [] };
      pairs[index]?.push(await measurePair(withRules, { ...size, subscribes }, round % 2 === 1));
    }
  }
  return CASES.flatMap(({ what }, index) =>
    LOADS.map(([figure, load]): RuntimeFigure => {
      const rate = (side: 0 | 1) => median((pairs[index] ?? []).map((pair) => pair[side][figure]));
      return {
        name: `messages through the broker: ${what}; ${load}`,
        unit: 'messages/s',
        ours: rate(0),
        underneath: rate(1),
        goal: { atLeast: RATE_GOAL },
        isGoalForRatio: true,
      };
    }),
  );
};
