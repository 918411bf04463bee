import type { Clock } from '../../clock.ts';
import type { Members } from '../../protocol/members.ts';
import type { BusEvent } from '../bus-event.ts';
import type { EventBus, EventBuses } from '../event-buses.ts';
import type { Replay } from '../replays.ts';

/** What the operations work on. */
export interface ApiContext {
  readonly buses: EventBuses;
  readonly replays: Map<string, Replay>;
  readonly clock: Clock;
  /** Hands an event to the targets of all rules that it matches, or of those with the ARNs. */
  route(bus: EventBus, event: BusEvent, ruleArns?: readonly string[]): void;
  /** Tells, once for each reason, that events are lost. */
  warnOfLoss(reason: string): void;
}

/** Answers a call; the answer is its body. Throws `AwsError`. */
export type Operation = (request: Members, context: ApiContext) => object;

/** Names of rules. */
export const RULE_NAME = { max: 64, pattern: /^[.\-_A-Za-z0-9]+$/ };

/** Dates go over the wire as seconds since the epoch. */
export function epochSeconds(ms: number): number {
  return ms / 1_000;
}
