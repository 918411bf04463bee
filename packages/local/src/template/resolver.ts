import type { StackEnvironment } from './environment.ts';
import type { Json } from './json.ts';
import type { ResourceIdentity } from './resource-identity.ts';
import type { Template } from './template.ts';

/** What `Ref: AWS::NoValue` resolves to; whatever holds it drops it. */
export const NO_VALUE = Symbol('AWS::NoValue');

export type Resolved = Json | typeof NO_VALUE;

/** Resolves the intrinsic functions of one template in one environment. Everything it throws is a `TemplateError`. */
export interface Resolver {
  readonly template: Template;
  readonly environment: StackEnvironment;
  /** A value without intrinsic functions. `path` says where it stands, for errors. */
  resolve(value: Json, path: string): Json;
  /** As `resolve`, but may be `AWS::NoValue`. */
  resolveOptional(value: Json, path: string): Resolved;
  condition(name: string, path: string): boolean;
  /** What `Ref` and `Fn::GetAtt` give of a resource. */
  identity(logicalId: string, path: string): ResourceIdentity;
}
