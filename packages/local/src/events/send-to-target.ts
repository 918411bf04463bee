import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../aws.ts';
import type { ExecutionStarter, FunctionInvoker, LogWriter, QueueSender } from '../contracts.ts';
import { isJson, parseJson } from '../protocol/json.ts';
import { isObject } from '../protocol/members.ts';
import type { BusEvent } from './event.ts';
import type { Rule } from './rule.ts';
import type { Target, TargetKind } from './target.ts';

/** What events are delivered by. */
export interface TargetServices {
  readonly functions: Pick<FunctionInvoker, 'invokeAsync'> & {
    /** Whether a function's permissions let a service's principal invoke it for a resource, such as a rule. */
    mayInvoke(functionArn: string, principal: string, sourceArn: string): boolean;
  };
  readonly queues: QueueSender;
  readonly states: ExecutionStarter;
  readonly logs: LogWriter;
}

const PRINCIPAL = 'events.amazonaws.com';

/** One event on its way to a target. */
export interface Shipment {
  readonly rule: Rule;
  readonly target: Target;
  readonly event: BusEvent;
}

/** Hands an event over to its target. Rejects with `AwsError` for what the target's service refuses. */
export type SendToTarget = (shipment: Shipment) => Promise<void>;

export function createSender({ functions, queues, states, logs }: TargetServices): SendToTarget {
  const logStreamName = randomUUID();
  const send: Readonly<Record<TargetKind, (shipment: Shipment, input: string) => Promise<void>>> = {
    function: async ({ target: { arn }, rule }, input) => {
      const payload = requireJson(input);
      if (functions.mayInvoke(arn, PRINCIPAL, rule.arn)) return functions.invokeAsync(arn, payload);
      throw new AwsError(
        'AccessDeniedException',
        `User: ${PRINCIPAL} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} because no resource-based policy allows it for ${rule.arn}: AWS::Lambda::Permission and aws lambda add-permission do`,
        403,
      );
    },
    queue: async ({ target: { arn, messageGroupId } }, input) =>
      queues.sendMessage(arn, input, messageGroupId === undefined ? {} : { messageGroupId }),
    stateMachine: async (shipment, input) => {
      const { arn: stateMachineArn } = shipment.target;
      states.startExecution({ stateMachineArn, name: executionName(shipment), input: requireJson(input) });
    },
    logGroup: async ({ target, event }, input) => {
      const { message, timestampMs } = logEventOf(target, input);
      logs.write(
        target.arn.split(':').slice(6).join(':'),
        logStreamName,
        message,
        timestampMs ?? event.timeMs,
      );
    },
  };
  return async (shipment) => {
    const { rule, target, event } = shipment;
    const input = target.inputOf({ event, ruleName: rule.settings.name, ruleArn: rule.arn });
    await send[target.kind](shipment, input);
  };
}

function requireJson(input: string): string {
  if (isJson(input)) return input;
  throw new AwsError('InvalidJson', 'The input is not JSON.');
}

/** The same for all tries, so that an execution is started once. */
function executionName({ rule, target, event }: Shipment): string {
  const hash = createHash('sha256').update(`${rule.arn}\n${target.id}`).digest('hex').slice(0, 32);
  return `${event.id}_${hash}`;
}

/**
 * A transformer for a log group gives the event's time and its message.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
 */
function logEventOf(target: Target, input: string): { message: string; timestampMs?: number } {
  if (target.json['InputTransformer'] === undefined) return { message: input };
  const value = parseJson(input);
  const { timestamp, message } = isObject(value) ? value : {};
  const timestampMs = typeof timestamp === 'string' ? Date.parse(timestamp) : Number(timestamp);
  if (Number.isNaN(timestampMs) || message === undefined) {
    throw new AwsError('InvalidJson', 'A log group takes {"timestamp": time, "message": message} alone.');
  }
  return { message: typeof message === 'string' ? message : JSON.stringify(message), timestampMs };
}
