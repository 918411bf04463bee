import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { kindOf } from '@device-lifecycle/operator/explain.ts';
import type { StateGraph } from '../../../contract/state-graph.ts';
import { ApiError } from '../../api-error.ts';
import { readDefinition } from './definition.ts';
import { layoutGraph } from './layout.ts';

/** The state machine with which an execution runs or has run. Errors are those of the SDK, too. @throws ApiError */
export async function readGraph(client: SFNClient, executionArn: string): Promise<StateGraph> {
  const { definition = '', stateMachineArn = '' } = await describeMachine(client, executionArn);
  const current = await currentDefinition(client, stateMachineArn);
  const isOutdated = current !== definition && current !== UNKNOWN;
  return { ...layoutGraph(readDefinition(definition)), isOutdated };
}

async function describeMachine(client: SFNClient, executionArn: string) {
  try {
    return await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  } catch (cause) {
    const { name } = Object(cause);
    if (name !== 'ExecutionDoesNotExist' && name !== 'StateMachineDoesNotExist') throw cause;
    throw new ApiError(
      'notFound',
      'The state machine of this execution cannot be drawn: it, or the execution, has been deleted.',
      { cause },
    );
  }
}

const UNKNOWN = Symbol('unknown');

/** Nothing where the machine has been deleted since; unknown to who may see that of the execution alone. */
async function currentDefinition(
  client: SFNClient,
  stateMachineArn: string,
): Promise<string | undefined | typeof UNKNOWN> {
  try {
    return (await client.send(new DescribeStateMachineCommand({ stateMachineArn }))).definition;
  } catch (error) {
    if (Object(error).name === 'StateMachineDoesNotExist') return undefined;
    if (kindOf(error) === 'forbidden') return UNKNOWN;
    throw error;
  }
}
