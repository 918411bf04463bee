import { MILESTONES } from '../../../contract/laptop.ts';

/** Of the guide, in its order: a device is made, and comes to each milestone. */
export const STEPS = ['made', ...MILESTONES] as const;
export type Step = (typeof STEPS)[number];

/** `passed`: something later has happened, or it was skipped. */
export type StepState = 'done' | 'current' | 'passed' | 'ahead';

/** How each step stands, by what has happened and what was skipped. */
export function statesOf(done: ReadonlySet<Step>, skipped: ReadonlySet<Step>): ReadonlyMap<Step, StepState> {
  const last = STEPS.findLastIndex((step) => done.has(step));
  const current = STEPS.findIndex((step, index) => index > last && !skipped.has(step));
  return new Map(
    STEPS.map((step, index) => {
      if (done.has(step)) return [step, 'done'];
      if (index === current) return [step, 'current'];
      return [step, index < current || current === -1 ? 'passed' : 'ahead'];
    }),
  );
}
