import { NOT_HERE, OPTIMIZED } from './optimized.ts';
import { parseResource, type ServiceResource, type TaskResource } from './resource.ts';
import { SDK_SERVICES, sdkOperation } from './sdk-services.ts';

/** Why this runtime can't run a resource, as the end of a sentence; undefined when it can. */
export function resourceRefusal(text: string): string | undefined {
  const resource = parseResource(text);
  if (resource === undefined) return NOT_RECOGNIZED;
  if (resource.kind !== 'service') return undefined;
  return resource.isSdk ? sdkRefusal(resource) : optimizedRefusal(resource);
}

/** In AWS's words. */
const NOT_RECOGNIZED =
  'it is not recognized. The value is not a valid resource ARN, or the resource is not available in this region';

function optimizedRefusal({ service, action, pattern }: ServiceResource): string | undefined {
  const integration = OPTIMIZED.get(`${service}:${action}`);
  if (integration !== undefined) {
    return integration.patterns.includes(pattern)
      ? undefined
      : `${service}:${action} has no .${pattern}; it has ${patternsOf(integration.patterns)}`;
  }
  const absent = NOT_HERE.get(service);
  if (absent !== undefined) return `the laptop runtime has no ${absent}, and does not run its integrations`;
  return NOT_RECOGNIZED;
}

function sdkRefusal({ service, action, pattern }: ServiceResource): string | undefined {
  if (!SDK_SERVICES.has(service)) {
    return `the laptop runtime runs the AWS SDK integrations of ${[...SDK_SERVICES.keys()].join(', ')}`;
  }
  if (sdkOperation(service, action) === undefined) return NOT_RECOGNIZED;
  if (pattern === 'request' || pattern === 'waitForTaskToken') return undefined;
  return `AWS SDK integrations have no .${pattern}; they have ${patternsOf(['request', 'waitForTaskToken'])}`;
}

function patternsOf(patterns: readonly string[]): string {
  return patterns.map((pattern) => (pattern === 'request' ? 'Request Response' : `.${pattern}`)).join(', ');
}

/** Why an Express workflow can't have a resource, in AWS's words; undefined when it can. */
export function expressRefusal(resource: TaskResource): string | undefined {
  if (resource.kind === 'activity') return 'Express state machine does not support Activity ARN';
  if (resource.kind !== 'service' || resource.pattern === 'request') return undefined;
  const [pattern = ''] = resource.pattern.split(':');
  return `Express state machine does not support '.${pattern}' service integration`;
}
