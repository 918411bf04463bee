/** How a task waits for what it has called. "Discover service integration patterns in Step Functions". */
export type Pattern = 'request' | 'sync' | 'sync:2' | 'waitForTaskToken';

/** An API that a task calls: `arn:aws:states:::{service}:{action}.{pattern}`. */
export interface ServiceResource {
  readonly kind: 'service';
  /** `sqs`, `dynamodb`, or what follows `aws-sdk:`. */
  readonly service: string;
  /** In camelCase: `sendMessage`. */
  readonly action: string;
  readonly pattern: Pattern;
  /** Whether it is one of the AWS SDK integrations, not an optimized one. */
  readonly isSdk: boolean;
  /** As histories name it: `sqs`, `aws-sdk:sqs`. */
  readonly resourceType: string;
  /** As histories name it: `sendMessage.waitForTaskToken`. */
  readonly resource: string;
}

/** What the `Resource` of a Task is. */
export type TaskResource = { readonly kind: 'function' | 'activity'; readonly arn: string } | ServiceResource;

const SERVICE =
  /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:((aws-sdk:)?([a-z0-9-]+)):(([A-Za-z0-9]+)(?:\.(sync|sync:2|waitForTaskToken))?)$/;
const FUNCTION_ARN =
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,140}(:[A-Za-z0-9$_-]{1,129})?$/;
const ACTIVITY_ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:activity:[^:]+$/;

/** Reads a `Resource`; undefined for what is none. */
export function parseResource(text: string): TaskResource | undefined {
  if (FUNCTION_ARN.test(text)) return { kind: 'function', arn: text };
  if (ACTIVITY_ARN.test(text)) return { kind: 'activity', arn: text };
  const [, resourceType, sdk, service, resource, action, pattern = 'request'] = SERVICE.exec(text) ?? [];
  if (resourceType === undefined || service === undefined) return undefined;
  if (resource === undefined || action === undefined) return undefined;
  return {
    kind: 'service',
    service,
    action,
    pattern: pattern as Pattern,
    isSdk: sdk !== undefined,
    resourceType,
    resource,
  };
}
