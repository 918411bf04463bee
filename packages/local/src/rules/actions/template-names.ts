import { isObject, type Json, type JsonObject } from '../../template/template.ts';

/** CloudFormation's name for what the API calls `queueUrl`, or, in a path, `dynamoDBv2.putItem`. */
export function templateName(name: string): string {
  return name.replaceAll(/(?:^|\.)[a-z]/g, (start) => start.toUpperCase());
}

/**
 * An action as the API has it, from what CloudFormation has: the same names, but for their first letters.
 * Source: CloudFormation, "AWS::IoT::TopicRule Action"; AWS IoT API reference, "Action".
 */
export function apiAction(action: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(action).map(([name, value]) => [apiName(name), apiValue(value)]));
}

function apiValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(apiValue);
  return isObject(value) ? apiAction(value) : value;
}

function apiName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
