import type { Clock } from '../clock.ts';
import { executionArnOf, type Stack } from '../stack.ts';
import type { FleetTools, Run } from './ports.ts';

/** Has all devices looked through for those that were not seen for so long. Errors are those of the SDK. */
export async function startProposal(
  { runs }: Pick<FleetTools, 'runs'>,
  stack: Pick<Stack, 'identity' | 'stateMachineArn'>,
  unseenDays: number,
  clock: Clock,
): Promise<Pick<Run, 'name' | 'executionArn'>> {
  const stateMachineArn = await stack.stateMachineArn('propose-stale');
  const { arn: requestedBy } = await stack.identity();
  const name = `stale-${clock.now()}`;
  await runs.start(stateMachineArn, name, { unseenDays, requestedBy });
  return { name, executionArn: executionArnOf(stateMachineArn, name) };
}

/** What an execution of `propose-stale` that has succeeded has found. */
interface Proposal {
  /** Of the CSV in the bucket for fleets. */
  readonly key: string;
  readonly devices: number;
  /** Epoch milliseconds. */
  readonly seenBefore: number;
}

export const proposalOf = ({ output }: Pick<Run, 'output'>): Proposal => JSON.parse(output ?? '{}');
