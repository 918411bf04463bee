import { SHADOW_NAME, type ShadowName, THING_NAME } from '../iot/shadows.ts';

/** What can be asked of a shadow by a message. */
export type ShadowMethod = 'get' | 'update' | 'delete';

/** A message's topic, taken apart. */
export interface ShadowRequest {
  readonly name: ShadowName;
  readonly method: ShadowMethod;
}

const requestTopic = /^\$aws\/things\/([^/]+)\/shadow(?:\/name\/([^/]+))?\/(get|update|delete)$/;

/**
 * What a message on a topic asks of a shadow; undefined for other topics. Source:
 * https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-mqtt.html
 */
export function shadowRequest(topic: string): ShadowRequest | undefined {
  if (!topic.startsWith('$aws/things/')) return undefined;
  const [, thingName, shadowName, method] = requestTopic.exec(topic) ?? [];
  if (thingName === undefined || !THING_NAME.test(thingName)) return undefined;
  if (shadowName !== undefined && !SHADOW_NAME.test(shadowName)) return undefined;
  return { name: { thingName, shadowName }, method: method as ShadowMethod };
}

/** The topic of what a shadow tells: `subject` is what comes after the prefix, such as `update/accepted`. */
export function shadowTopic({ thingName, shadowName }: ShadowName, subject: string): string {
  const shadow = shadowName === undefined ? 'shadow' : `shadow/name/${shadowName}`;
  return `$aws/things/${thingName}/${shadow}/${subject}`;
}
