import { setTimeout as delay } from 'node:timers/promises';
import type { AwsService } from '../aws.ts';
import type { FaultPlan } from './fault-plan.ts';

/** Within how long of a call the engine is killed. */
const KILLED_WITHIN_MS = 20;

/** Calls of the table engine in which it is killed now and then, as the plan has it. */
export function withEngineFaults(service: AwsService, kill: () => void, plan: FaultPlan): AwsService {
  return async (request) => {
    const strike = plan.drawOne('engineCall', 'engine');
    if (strike !== undefined) {
      strike.tell();
      void delay(strike.fraction * KILLED_WITHIN_MS).then(kill);
    }
    return service(request);
  };
}
