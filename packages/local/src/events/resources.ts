import type { Target } from './target.ts';

export type RuleState = 'ENABLED' | 'DISABLED';

/** What CreateEventBus makes. */
export interface EventBusSettings {
  readonly name: string;
  readonly description?: string;
}

/** `AWS::Events::EventBus` */
export interface EventBusResource extends EventBusSettings {
  readonly logicalId: string;
}

/** `AWS::Events::Rule`, or what PutRule makes. */
export interface RuleSettings {
  readonly name: string;
  readonly eventBusName: string;
  /** JSON text. */
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly state: RuleState;
  readonly description?: string;
  readonly roleArn?: string;
}

export interface RuleResource extends RuleSettings {
  readonly targets: readonly Target[];
}

/** `AWS::Events::Archive` */
export interface ArchiveResource {
  readonly archiveName: string;
  readonly eventBusName: string;
  /** JSON text; absent where all events of the bus are archived. */
  readonly eventPattern?: string;
  /** 0 is for ever. */
  readonly retentionDays: number;
  readonly description?: string;
}

/** What a template has of EventBridge. */
export interface EventsResources {
  readonly eventBuses: readonly EventBusResource[];
  readonly rules: readonly RuleResource[];
  readonly archives: readonly ArchiveResource[];
}
