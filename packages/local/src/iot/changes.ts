import { EventEmitter } from 'node:events';
import type { ThingRecord } from './things.ts';

/** A thing joined or left a thing group. */
export interface MembershipChange {
  readonly operation: 'ADDED' | 'REMOVED';
  readonly thing: ThingRecord;
  readonly thingGroupName: string;
  readonly thingGroupArn: string;
  readonly thingGroupId: string;
}

/** What the parts of the registry tell each other and its events, each after the change has been made. */
interface ChangeEvents {
  thing: [operation: 'CREATED' | 'UPDATED' | 'DELETED', thing: ThingRecord];
  membership: [change: MembershipChange];
  /** A certificate's own status, or the things that it is attached to. */
  certificate: [certificateId: string];
  /** The default version of a policy. */
  policy: [policyName: string];
  /** The policies of a certificate or a thing group, by its ARN. */
  target: [targetArn: string];
}

export type Changes = EventEmitter<ChangeEvents>;

export function createChanges(): Changes {
  return new EventEmitter<ChangeEvents>();
}
