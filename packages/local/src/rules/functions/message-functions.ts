import { randomUUID } from 'node:crypto';
import { toCount, type Value } from '../value.ts';
import type { FunctionDefinition } from './definition.ts';

type Evaluate = FunctionDefinition['evaluate'];

const withoutArguments = (evaluate: Evaluate): FunctionDefinition => ({ fewest: 0, most: 0, evaluate });

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
  sourceip: withoutArguments((_, { sourceIp }) => sourceIp),
  newuuid: withoutArguments(() => randomUUID()),
  rand: withoutArguments(() => Math.random()),
  sql_version: withoutArguments(() => '2016-03-23'),
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
