/** What is to be invoked when: `AWS::Scheduler::Schedule`, or `AWS::Events::Rule` with a schedule, resolved. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  /** `rate(5 minutes)`, `cron(0 12 * * ? *)` or `at(2030-01-02T03:04:05)`, in UTC. */
  readonly expression: string;
  readonly enabled: boolean;
  /** Whether it is EventBridge Scheduler's, or a rule's of an event bus: they differ in when a rate begins. */
  readonly service: 'scheduler' | 'events';
  readonly targets: readonly ScheduleTarget[];
}

export interface ScheduleTarget {
  readonly functionArn: string;
  /** JSON text; absent for the event that the service makes up. */
  readonly input?: string;
}
