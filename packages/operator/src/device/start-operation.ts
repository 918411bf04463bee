import { randomUUID } from 'node:crypto';
import type { ExecutionStarter } from '../executions/ports.ts';
import type { Stack, StateMachineName } from '../stack.ts';

const MAX_NAMED_CHARACTERS = 40;

/** What a state machine is asked to do with one device. */
export interface DeviceOperation {
  readonly machine: StateMachineName;
  readonly deviceId: string;
  readonly reason?: string;
  /** Of a request that got no answer, to repeat it without a second effect. */
  readonly requestId?: string;
  /** Fields of the input, beside those that all machines take: see docs/messages.md. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/**
 * Starts an execution for one device in the name of the operator, and resolves to its ARN. Errors are those of the
 * SDK.
 */
export async function startOperation(
  executions: Pick<ExecutionStarter, 'start'>,
  stack: Pick<Stack, 'identity'>,
  { machine, deviceId, reason, requestId, input }: DeviceOperation,
): Promise<string> {
  const { arn: requestedBy } = await stack.identity();
  return executions.start(machine, executionNameOf(deviceId), {
    deviceId,
    requestedBy,
    ...(reason !== undefined && { reason }),
    ...(requestId !== undefined && { requestId }),
    ...input,
  });
}

/** A name says which device; colons are legal in ids alone. */
const executionNameOf = (deviceId: string): string =>
  `${deviceId.replaceAll(':', '_').slice(0, MAX_NAMED_CHARACTERS)}-${randomUUID().slice(0, 13)}`;
