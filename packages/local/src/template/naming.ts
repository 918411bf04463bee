import type { StackEnvironment } from './environment.ts';
import type { ResourceIdentity } from './resource-identity.ts';

/** What is known of a resource when its names are made. */
export interface Naming {
  readonly environment: StackEnvironment;
  readonly logicalId: string;
  /** A property that is text, resolved. */
  property(name: string): string | undefined;
  /** Whether the property has a value. */
  has(name: string): boolean;
  /** A hash that stays the same for the stack and the logical id. */
  readonly hash: string;
  /** The name that CloudFormation would make up where the template gives none. */
  readonly generatedName: string;
}

export type Identify = (naming: Naming) => ResourceIdentity;

/** The form of a UUID, made of the hash. */
export function uuidOf({ hash }: Naming): string {
  return hash.slice(0, 32).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
