/** How a task waits for what it has called. "Discover service integration patterns in Step Functions". */
export type Pattern = 'request' | 'waitForTaskToken';

/** What the `Resource` of a Task is: a function by its ARN, or `arn:aws:states:::lambda:invoke`. */
export type TaskResource =
  | { readonly kind: 'function'; readonly arn: string }
  | { readonly kind: 'invoke'; readonly pattern: Pattern };

const INVOKE = /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:lambda:invoke(\.waitForTaskToken)?$/;
const SERVICE =
  /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:[a-z0-9-]+(:[a-z0-9-]+)?:[A-Za-z0-9]+(\.[A-Za-z0-9:]+)?$/;
const FUNCTION_ARN =
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,140}(:[A-Za-z0-9$_-]{1,129})?$/;

/** Reads a `Resource`; undefined for what this runtime can't run. */
export function parseResource(text: string): TaskResource | undefined {
  if (FUNCTION_ARN.test(text)) return { kind: 'function', arn: text };
  const invoke = INVOKE.exec(text);
  if (invoke === null) return undefined;
  return { kind: 'invoke', pattern: invoke[1] === undefined ? 'request' : 'waitForTaskToken' };
}

/** Why this runtime can't run a resource, as the end of a sentence; undefined when it can. */
export function resourceRefusal(text: string): string | undefined {
  if (parseResource(text) !== undefined) return undefined;
  if (SERVICE.test(text)) {
    return 'the laptop runtime runs functions by their ARN, lambda:invoke and lambda:invoke.waitForTaskToken: call other services from a function';
  }
  // In AWS's words.
  return 'it is not recognized. The value is not a valid resource ARN, or the resource is not available in this region';
}

/** Why an Express workflow can't have a resource, in AWS's words; undefined when it can. */
export function expressRefusal(resource: TaskResource): string | undefined {
  if (resource.kind !== 'invoke' || resource.pattern === 'request') return undefined;
  return "Express state machine does not support '.waitForTaskToken' service integration";
}
