import * as z from 'zod/mini';
import type { FailedRule } from './letter.ts';
import { operationOf, RULE_FUNCTIONS } from './target.ts';

/** The event that a rule would have invoked its function with. */
export interface RuleEvent {
  /** Without the stack's prefix. */
  readonly functionName: string;
  readonly event: Readonly<Record<string, unknown>>;
  /** What is not as it was, in sentences. */
  readonly notes: readonly string[];
}

/** It cannot be built so that it would be right. */
export interface Refusal {
  readonly why: string;
}

/**
 * Builds what the SQL of resources/rules.yml would have selected. The error action's message lacks two things that
 * the SQL has: `principal()`, and `timestamp()`.
 * https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 *
 * The message is not published again in place of this: it would come from the operator, not from the device, and
 * whose message it is decides what it may do. Here the client id is the one that AWS IoT has authenticated.
 */
export function buildRuleEvent(letter: FailedRule, stackName: string, sentAtMs: number): RuleEvent | Refusal {
  const operation = operationOf(letter.ruleName, stackName);
  if (operation === undefined) {
    return {
      why: `The rule ${letter.ruleName} invokes no function of ${stackName}: look at it, and discard it`,
    };
  }
  const functionName = RULE_FUNCTIONS[operation] ?? '';
  return operation === 'presence'
    ? buildPresence(letter, functionName)
    : buildDeviceMessage(letter, { operation, functionName, sentAtMs });
}

interface Target {
  readonly operation: string;
  readonly functionName: string;
  readonly sentAtMs: number;
}

function buildDeviceMessage(letter: FailedRule, target: Target): RuleEvent | Refusal {
  const { operation, functionName, sentAtMs } = target;
  const { topic, clientId, traceId, payloadBase64 } = letter;
  const [root, deviceId, last, ...more] = topic.split('/');
  if (root !== 'devices' || deviceId === undefined || last !== operation || more.length > 0) {
    return { why: `The topic ${topic} is not one of the rule ${letter.ruleName}` };
  }
  if (!/^[^/+#]{1,128}$/.test(clientId)) {
    return { why: `The rule ${letter.ruleName} takes no messages of the client "${clientId}"` };
  }
  if (traceId === undefined) {
    return {
      why: 'It has no cloudwatchTraceId, by which a repeated request is known: it could be done twice',
    };
  }
  const event = {
    trigger: 'rule',
    payload: payloadBase64,
    topic,
    deviceId,
    operation,
    clientId,
    receivedAt: sentAtMs,
    traceId,
  };
  return { functionName, event, notes: notesOn(operation, sentAtMs) };
}

function notesOn(operation: string, sentAtMs: number): readonly string[] {
  const when = new Date(sentAtMs).toISOString();
  const time = `AWS IoT does not tell when the message came, so it counts as of ${when}, when it came into the queue.`;
  if (operation !== 'register') return [time];
  return [
    time,
    "AWS IoT does not tell the device's certificate, so the record names none; it is looked up at the thing when it is needed.",
  ];
}

const lifecycleEvent = z.object({
  clientId: z.string(),
  timestamp: z.number(),
  eventType: z.enum(['connected', 'disconnected']),
  sessionIdentifier: z.optional(z.string()),
  versionNumber: z.optional(z.number()),
});

/** AWS IoT's own message has all that the rule selects. */
function buildPresence({ payloadBase64, ruleName }: FailedRule, functionName: string): RuleEvent | Refusal {
  const parsed = lifecycleEvent.safeParse(parseBase64(payloadBase64));
  if (!parsed.success) return { why: `The payload is nothing that the rule ${ruleName} would pass on` };
  const { clientId, ...rest } = parsed.data;
  return { functionName, event: { deviceId: clientId, ...rest }, notes: [] };
}

function parseBase64(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
