import type { Json, Template } from './template.ts';

/** Where a stack is said to be, and what its parameters are. */
export interface StackEnvironment {
  readonly region: string;
  /** Twelve digits; `000000000000` on the laptop. */
  readonly accountId: string;
  readonly stackName: string;
  /** The one endpoint, without a slash at the end: queue URLs begin with it. */
  readonly endpointUrl: string;
  /** Values for the template's parameters; those that are missing have their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The stack's ARN; one that no deployment makes when absent. */
  readonly stackId?: string;
  /** What other stacks export, by the exports' names. */
  readonly exports?: Readonly<Record<string, string>>;
}

export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

/** `arn:aws:{service}:{region}:{account}:{resource}` */
export function arnOf(environment: StackEnvironment, service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${environment.region}:${environment.accountId}:${resource}`;
}

/** What other resources can refer to a resource by. */
export interface ResourceIdentity {
  /** The physical name: what the resource is called on AWS. */
  readonly name: string;
  /** What `Ref` gives: a name, an ARN or a URL, as AWS has it for the type. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute. */
  readonly attributes: Readonly<Record<string, string | string[]>>;
}

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
