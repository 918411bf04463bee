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
  /** The numbers of the functions' versions that the template publishes, by logical id; 1 where none is given. */
  readonly versions?: Readonly<Record<string, string>>;
}

export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

/** `arn:aws:{service}:{region}:{account}:{resource}` */
export function arnOf(environment: StackEnvironment, service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${environment.region}:${environment.accountId}:${resource}`;
}
