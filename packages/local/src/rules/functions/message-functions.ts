import { randomUUID } from 'node:crypto';
import { toCount, type Value } from '../value.ts';
import { type FunctionDefinition, literalText } from './definition.ts';

type Evaluate = FunctionDefinition['evaluate'];

const withoutArguments = (evaluate: Evaluate): FunctionDefinition => ({ fewest: 0, most: 0, evaluate });

const MQTT_PROPERTIES = ['content_type', 'format_indicator', 'response_topic', 'correlation_data'];

/** Of MQTT 5, which the laptop's broker does not speak; without it AWS gives Undefined as well. */
const ofMqtt5 = (fewest: number, check?: FunctionDefinition['check']): FunctionDefinition => ({
  fewest,
  most: 1,
  limits: 'the broker here has no MQTT 5, so it is always Undefined',
  ...(check === undefined ? {} : { check }),
  evaluate: () => undefined,
});

/** What is known of the message and the rule. Source: AWS IoT developer guide, "Functions". */
export const messageFunctions: Readonly<Record<string, FunctionDefinition>> = {
  topic: {
    fewest: 0,
    most: 1,
    evaluate: (args, { topic }) => (args.length === 0 ? topic : topicSegment(topic, args[0])),
  },
  clientid: withoutArguments((_, { clientId }) => clientId),
  principal: withoutArguments((_, { principal }) => principal),
  accountid: withoutArguments((_, { accountId }) => accountId),
  timestamp: withoutArguments((_, { timestampMs }) => timestampMs),
  traceid: withoutArguments((_, { traceId }) => traceId),
  sourceip: { ...withoutArguments((_, { sourceIp }) => sourceIp), since: '2016-03-23' },
  newuuid: { ...withoutArguments(() => randomUUID()), isRandom: true },
  rand: { ...withoutArguments(() => Math.random()), isRandom: true },
  sql_version: withoutArguments(() => '2016-03-23'),
  get_mqtt_property: ofMqtt5(1, ([name]) =>
    MQTT_PROPERTIES.includes(literalText(name) ?? '')
      ? undefined
      : `its argument must be '${MQTT_PROPERTIES.join("', '")}'`,
  ),
  get_user_properties: ofMqtt5(0),
};

/** `topic(n)`: the nth segment, 1 the first. */
function topicSegment(topic: string, segment: Value): Value {
  const number = toCount(segment);
  if (number === undefined || number < 1) return undefined;
  let start = 0;
  for (let passed = 1; passed < number; passed += 1) {
    start = topic.indexOf('/', start) + 1;
    if (start === 0) return undefined;
  }
  const end = topic.indexOf('/', start);
  return end === -1 ? topic.slice(start) : topic.slice(start, end);
}
