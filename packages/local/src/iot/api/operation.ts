import type { TopicRules } from '../../rules/topic-rules.ts';
import type { CertificateAuthority } from '../certificate-authority.ts';
import type { EventConfigurations } from '../event-configurations.ts';
import type { IotRegistry } from '../iot-registry.ts';
import type { Input } from './input.ts';

/** What the operations work on. */
export interface ApiContext {
  readonly registry: IotRegistry;
  readonly authority: CertificateAuthority;
  readonly events: EventConfigurations;
  readonly topicRules: TopicRules;
  readonly accountId: string;
}

/** Answers a call; the answer is its body. Throws `AwsError`. */
export type Operation = (input: Input, context: ApiContext) => object | Promise<object>;

/** An operation and the members that it takes, but for those of its path. */
export interface OperationDefinition {
  /** Method and path, such as `GET /things/{thingName}`. */
  readonly http: string;
  readonly members: readonly string[];
  readonly answer: Operation;
}

export type Operations = Readonly<Record<string, OperationDefinition>>;

/** An answer without members. */
export const NOTHING = {};

/** Dates go over the wire as seconds since the epoch. */
export function epochSeconds(ms: number): number {
  return ms / 1_000;
}
