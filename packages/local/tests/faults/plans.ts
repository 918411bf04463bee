import { FaultPlan } from '../../src/faults/fault-plan.ts';
import { parseFaultRule } from '../../src/faults/read-faults.ts';

export interface TriedPlan {
  readonly plan: FaultPlan;
  /** What was told, in order. */
  readonly told: readonly Record<string, unknown>[];
}

/** A plan of rules as a command line has them. */
export function planOf(rules: readonly string[], seed = 1): TriedPlan {
  const told: Record<string, unknown>[] = [];
  const write = (record: string) => void told.push(JSON.parse(record));
  return { plan: new FaultPlan({ rules: rules.map(parseFaultRule), seed, write }), told };
}
