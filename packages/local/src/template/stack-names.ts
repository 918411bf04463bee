import type { Stack } from './stack.ts';

type Names = Readonly<Record<string, string>>;

/** The names of `.local/stack.json`: by a key made of the logical id, what others call the resource by. */
export interface StackNames {
  /** Table names. */
  readonly tables: Names;
  /** ARNs. */
  readonly stateMachines: Names;
  /** Function names. */
  readonly functions: Names;
  /** URLs. */
  readonly queues: Names;
  /** Bucket names. */
  readonly buckets: Names;
  /** Names of AWS IoT policies. */
  readonly policies: Names;
  /** Names of EventBridge's buses. */
  readonly eventBuses: Names;
}

/** Names a stack's resources by their logical ids: `DevicesTable` is `tables.devices`. */
export function stackNames(stack: Stack): StackNames {
  return {
    tables: collect(stack.tables, 'Table', ({ tableName }) => tableName),
    stateMachines: collect(stack.stateMachines, 'StateMachine', ({ arn }) => arn),
    functions: collect(stack.functions, 'LambdaFunction', ({ functionName }) => functionName),
    queues: collect(stack.queues, 'Queue', ({ url }) => url),
    buckets: collect(stack.buckets, 'Bucket', ({ bucketName }) => bucketName),
    policies: collect(stack.iotRegistry.policies, 'Policy', ({ policyName }) => policyName),
    eventBuses: collect(stack.events.eventBuses, 'EventBus', ({ name }) => name),
  };
}

function collect<T extends { readonly logicalId: string }>(
  resources: readonly T[],
  suffix: string,
  nameOf: (resource: T) => string,
): Names {
  return Object.fromEntries(
    resources.map((resource) => [contractKey(resource.logicalId, suffix), nameOf(resource)]),
  );
}

/** The logical id without the suffix of its type, its first letter lower-case. */
function contractKey(logicalId: string, suffix: string): string {
  const isSuffixed = logicalId.endsWith(suffix) && logicalId.length > suffix.length;
  const stem = isSuffixed ? logicalId.slice(0, -suffix.length) : logicalId;
  return `${stem.charAt(0).toLowerCase()}${stem.slice(1)}`;
}
