import type { Timed } from './timers.ts';

/** What is to be invoked when: `AWS::Scheduler::Schedule`, resolved. */
export interface Schedule extends Timed {
  readonly service: 'scheduler';
  readonly targets: readonly ScheduleTarget[];
}

export interface ScheduleTarget {
  readonly functionArn: string;
  /** JSON text; absent for the event that the service makes up. */
  readonly input?: string;
}
