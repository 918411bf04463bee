import type { OffsetClock } from '../clock.ts';
import type { EnvironmentFaults } from '../lambda/environment-faults.ts';
import type { FaultPlan } from './fault-plan.ts';

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
