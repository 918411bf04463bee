import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import type { FunctionCode } from '../lambda/definition.ts';
import type { Output } from '../template/read-stack.ts';
import type { RetentionPolicy } from '../template/template.ts';

/** What a stack is made from. */
export interface Deployment {
  /** The template's text as it was given. */
  readonly templateBody: string;
  /** The same as JSON. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** By what the template says of where it is: see `codeKey`. */
  readonly code: Readonly<Record<string, UnzippedArchive>>;
}

/** Code that was fetched. */
export interface UnzippedArchive {
  /** Absolute path. */
  readonly directory: string;
  /** Absent for code that is no archive, or of which nobody knows. */
  readonly archive?: FunctionCode;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_FAILED'
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_FAILED'
  | 'ROLLBACK_COMPLETE'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_FAILED'
  | 'DELETE_COMPLETE'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'REVIEW_IN_PROGRESS';

type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

export type ResourceStatus = `${Operation}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}` | 'DELETE_SKIPPED';

/** A resource of a stack, as CloudFormation tells of it. */
export interface ResourceRecord {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
  readonly statusReason?: string;
  readonly timestampMs: number;
}

/** What becomes of a stack whose creation or update fails. */
export type OnFailure = 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';

export interface StackRecord {
  readonly stackName: string;
  /** Its ARN. */
  readonly stackId: string;
  readonly status: StackStatus;
  readonly statusReason?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs?: number;
  readonly deletedAtMs?: number;
  readonly description?: string;
  readonly tags: readonly Tag[];
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  readonly roleArn?: string;
  readonly terminationProtection: boolean;
  readonly onFailure: OnFailure;
  /** What it runs; absent before its creation is complete. */
  readonly deployed?: Deployment;
  /** What is being deployed, or was when that failed: some of it may be there. */
  readonly pending?: Deployment;
  /** What it ran before, as long as something of that may be there still. */
  readonly replaced?: Deployment;
  readonly outputs: readonly Output[];
  /** By logical id. */
  readonly resources: Readonly<Record<string, ResourceRecord>>;
  /** The change set that was executed last. */
  readonly changeSetId?: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html */
export interface ResourceChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly replacement?: 'True' | 'False';
  /** The properties that differ. */
  readonly properties: readonly string[];
  readonly policyAction?:
    | Extract<RetentionPolicy, 'Delete' | 'Retain'>
    | 'ReplaceAndDelete'
    | 'ReplaceAndRetain';
}

export type ChangeSetType = 'CREATE' | 'UPDATE';

export interface ChangeSetRecord {
  readonly changeSetName: string;
  /** Its ARN. */
  readonly changeSetId: string;
  readonly stackId: string;
  readonly type: ChangeSetType;
  readonly description?: string;
  readonly createdAtMs: number;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly statusReason?: string;
  readonly executionStatus: 'UNAVAILABLE' | 'AVAILABLE' | 'EXECUTE_COMPLETE' | 'OBSOLETE';
  readonly changes: readonly ResourceChange[];
  readonly deployment: Deployment;
  readonly settings: StackSettings;
  readonly onStackFailure?: OnFailure;
}

/** What a call says of a stack besides its template. */
export type StackSettings = Pick<StackRecord, 'tags' | 'capabilities' | 'notificationArns' | 'roleArn'>;

export interface StackEvent {
  readonly eventId: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly timestampMs: number;
  readonly status: ResourceStatus | StackStatus;
  readonly statusReason?: string;
  /** JSON of a resource's properties. */
  readonly properties?: string;
  readonly clientRequestToken?: string;
}

/** A stack that some operation is working on; no other operation is taken. */
export const isInProgress = ({ status }: Pick<StackRecord, 'status'>): boolean =>
  status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';

/** For how long CloudFormation tells of what happened. */
const KEPT_MS = 90 * 24 * 3_600_000;

const STACK_TYPE = 'AWS::CloudFormation::Stack';

type NewEvent = Omit<StackEvent, 'eventId' | 'timestampMs'>;

/** What happened to stacks. */
export class StackEvents {
  readonly #clock: Clock;
  readonly #kept: Map<string, StackEvent>;
  /** By stack id, the oldest first. */
  readonly #byStack = new Map<string, StackEvent[]>();

  constructor(collections: Collections, clock: Clock) {
    this.#clock = clock;
    this.#kept = collections.open('cloudformation-events');
    const forgottenBefore = clock.now() - KEPT_MS;
    for (const [key, event] of [...this.#kept]) {
      if (event.timestampMs < forgottenBefore) this.#kept.delete(key);
      else this.#index(event);
    }
  }

  add(event: NewEvent): StackEvent {
    const timestampMs = this.#clock.now();
    const isOfStack = event.type === STACK_TYPE && event.logicalId === event.stackName;
    const eventId = isOfStack
      ? randomUUID()
      : `${event.logicalId}-${event.status}-${new Date(timestampMs).toISOString()}-${randomUUID().slice(0, 8)}`;
    const added = { ...event, eventId, timestampMs };
    this.#kept.set(eventId, added);
    this.#index(added);
    return added;
  }

  /** The newest first. */
  ofStack(stackId: string): readonly StackEvent[] {
    return (this.#byStack.get(stackId) ?? []).toReversed();
  }

  #index(event: StackEvent): void {
    const events = this.#byStack.get(event.stackId);
    if (events === undefined) this.#byStack.set(event.stackId, [event]);
    else events.push(event);
  }
}

/** What an event of a stack itself is about. */
export const ofStackItself = (stackName: string, stackId: string) => ({
  logicalId: stackName,
  physicalId: stackId,
  type: STACK_TYPE,
});
