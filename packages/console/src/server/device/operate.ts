import { type DeviceOperation, startOperation } from '@device-lifecycle/operator/device/start-operation.ts';
import { EXIT } from '@device-lifecycle/operator/errors.ts';
import { failureOf } from '@device-lifecycle/operator/executions/failure.ts';
import type { ExecutionStarter, ExecutionState } from '@device-lifecycle/operator/executions/ports.ts';
import { executionArnOf, type Stack } from '@device-lifecycle/operator/stack.ts';
import * as z from 'zod';
import type { OperationProgress } from '../../contract/device.ts';

/** Starts an execution for a device in the operator's name, and resolves to its ARN. Errors are those of the SDK. */
export async function operate(
  executions: Pick<ExecutionStarter, 'start'>,
  stack: Pick<Stack, 'identity' | 'stateMachineArn'>,
  operation: DeviceOperation,
): Promise<string> {
  const start: ExecutionStarter['start'] = async (machine, name, input) => {
    try {
      return await executions.start(machine, name, input);
    } catch (error) {
      // Names are drawn, so it is our own: its answer was lost, and it had ended when the SDK tried again.
      if (Object(error).name !== 'ExecutionAlreadyExists') throw error;
      return executionArnOf(await stack.stateMachineArn(machine), name);
    }
  };
  return startOperation({ start }, stack, operation);
}

/** How an execution goes that `operate` has started. Errors are those of the SDK. */
export async function progressOf(
  executions: Pick<ExecutionStarter, 'describe' | 'lastEventType'>,
  executionArn: string,
): Promise<OperationProgress> {
  const state = await executions.describe(executionArn);
  const { status } = state;
  if (status === 'SUCCEEDED') return { executionArn, status, output: outputOf(state) };
  if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE') {
    const { error, message, exitCode } = failureOf(state);
    return { executionArn, status, failure: { error, message, isOpen: exitCode === EXIT.partly } };
  }
  const isScheduled = mayWait(state) && (await executions.lastEventType(executionArn)) === 'WaitStateEntered';
  return { executionArn, status: isScheduled ? 'SCHEDULED' : status };
}

/** Retries wait as well, but in no state of their own. */
const mayWait = ({ input = '' }: ExecutionState): boolean => input.includes('"notBefore"');

const output = z.object({
  outcome: z.string(),
  ttl: z.number().optional(),
  credentials: z.string().optional(),
  remains: z.string().optional(),
});

const outputOf = (state: ExecutionState) => output.parse(JSON.parse(state.output ?? 'null'));
