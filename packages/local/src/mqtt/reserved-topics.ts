import { SHADOW_NAME, type ShadowName, THING_NAME } from '../iot/shadows.ts';

/** A message that goes to one rule and to no subscriber. */
interface BasicIngest {
  readonly ruleName: string;
  /** What is left of the topic, as `topic()` sees it. */
  readonly topic: string;
}

const basicIngestTopic = /^\$aws\/rules\/([^/]+)(?:\/(.*))?$/s;

/** Takes a topic `$aws/rules/{ruleName}/…` apart. Source: AWS IoT developer guide, "Basic Ingest". */
export function basicIngest(topic: string): BasicIngest | undefined {
  const match = basicIngestTopic.exec(topic);
  return match?.[1] === undefined ? undefined : { ruleName: match[1], topic: match[2] ?? '' };
}

/** What can be asked of a shadow by a message. */
export type ShadowMethod = 'get' | 'update' | 'delete';

/** A message's topic, taken apart. */
interface ShadowRequest {
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

/** Reserved topics of what does not run here. */
interface NotServed {
  readonly topics: string;
  readonly pattern: RegExp;
}

/** Source: https://docs.aws.amazon.com/iot/latest/developerguide/reserved-topics.html */
const notServed: readonly NotServed[] = [
  { topics: '$aws/things/{thingName}/jobs/…', pattern: /^\$aws\/things\/[^/]+\/jobs\// },
  { topics: '$aws/events/job/…, $aws/events/jobExecution/…', pattern: /^\$aws\/events\/job(Execution)?\// },
  { topics: '$aws/things/{thingName}/streams/…', pattern: /^\$aws\/things\/[^/]+\/streams\// },
  { topics: '$aws/things/{thingName}/tunnels/…', pattern: /^\$aws\/things\/[^/]+\/tunnels\// },
  { topics: '$aws/things/{thingName}/defender/…', pattern: /^\$aws\/things\/[^/]+\/defender\// },
  {
    topics: '$aws/certificates/…, $aws/provisioning-templates/…',
    pattern: /^\$aws\/(certificates|provisioning-templates)\//,
  },
  { topics: '$aws/events/certificates/…', pattern: /^\$aws\/events\/certificates\// },
  { topics: '$aws/commands/…', pattern: /^\$aws\/commands\// },
  { topics: '$aws/device_location/…', pattern: /^\$aws\/device_location\// },
  { topics: '$aws/sitewise/…', pattern: /^\$aws\/sitewise\// },
];

/** Whether nothing will ever come of a subscription, because what publishes there does not run. */
export function isNotServed(topicFilter: string): boolean {
  return topicFilter.startsWith('$aws/') && notServed.some(({ pattern }) => pattern.test(topicFilter));
}
