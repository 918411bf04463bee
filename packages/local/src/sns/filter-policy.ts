import { compilePattern, type EventPattern } from '../event-pattern/compile-pattern.ts';
import { PatternError } from '../event-pattern/pattern-error.ts';
import { parseJson } from '../json-text.ts';
import { invalidParameter } from './errors.ts';
import type { MessageAttribute, Notification } from './notification.ts';

/** Whether a subscription gets a message. */
export type MessageFilter = (notification: Pick<Notification, 'attributes'>, body: string) => boolean;

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MAX_BYTES = 256 * 1_024;
const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;
const OR = '$or';

export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/**
 * Compiles a filter policy. Throws `InvalidParameter` for one that SNS does not take.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function compileFilterPolicy(text: string, scope: FilterPolicyScope): MessageFilter {
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalidPolicy('Filter policy is too large');
  const pattern = compile(text);
  const leaves = leavesOf(JSON.parse(text), 1);
  if (scope === 'MessageAttributes' && leaves.some(({ depth }) => depth > 1)) {
    throw invalidPolicy('Filter policy scope MessageAttributes does not support nested filter policy');
  }
  const combinations = leaves.reduce((product, { count, depth }) => product * count * depth, 1);
  if (leaves.length > MAX_KEYS || combinations > MAX_COMBINATIONS) {
    throw invalidPolicy('Filter policy is too complex');
  }
  if (scope === 'MessageAttributes') return ({ attributes }) => pattern(comparable(attributes));
  return (_, body) => {
    const value = parseJson(body);
    // Only JSON can match.
    return value !== undefined && pattern(value);
  };
}

function compile(text: string): EventPattern {
  try {
    return compilePattern(text, 'sns');
  } catch (error) {
    if (error instanceof PatternError) throw invalidPolicy(error.message);
    throw error;
  }
}

function invalidPolicy(reason: string) {
  return invalidParameter(`FilterPolicy: ${reason}`);
}

interface Leaf {
  readonly depth: number;
  /** How many values it lists. */
  readonly count: number;
}

/** Of an object, or of the alternatives of `$or`, which count as one after the other. */
function leavesOf(policy: unknown, depth: number): readonly Leaf[] {
  return Object.entries(Object(policy)).flatMap(([name, value]): readonly Leaf[] => {
    if (name === OR && Array.isArray(value)) return value.flatMap((one) => leavesOf(one, depth));
    return Array.isArray(value) ? [{ depth, count: value.length }] : leavesOf(value, depth + 1);
  });
}

/** A policy is compared with texts, lists and numbers; other attributes are as if they were not there. */
function comparable(attributes: Readonly<Record<string, MessageAttribute>>): object {
  const values = Object.entries(attributes).map(
    ([name, attribute]) => [name, comparedValue(attribute)] as const,
  );
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function comparedValue({ Type, Value }: MessageAttribute): unknown {
  if (Type === 'String') return Value;
  if (Type === 'Number') return Number(Value);
  const list = Type === 'String.Array' ? parseJson(Value) : undefined;
  return Array.isArray(list) ? list : undefined;
}
