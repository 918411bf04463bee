import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  DescribeMapRunCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from '@aws-sdk/client-sfn';
import { CliError } from '../errors.ts';
import type { Stack } from '../stack.ts';
import type { FleetRuns, MapRun, Run } from './ports.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html */
export function createRuns(sfn: SFNClient, stack: Stack): FleetRuns {
  /** By the ARN of the execution. */
  const mapRunArns = new Map<string, string>();
  return {
    async describe(executionArn) {
      try {
        return runOf(await sfn.send(new DescribeExecutionCommand({ executionArn })));
      } catch (error) {
        if (nameOf(error) === 'ExecutionDoesNotExist') return undefined;
        throw explain(error, executionArn, stack);
      }
    },
    async start(stateMachineArn, name, input) {
      try {
        const { executionArn } = await sfn.send(
          new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
        );
        return executionArn;
      } catch (error) {
        if (nameOf(error) === 'ExecutionAlreadyExists') return undefined;
        throw explain(error, stateMachineArn, stack);
      }
    },
    async findMapRun(executionArn) {
      // A machine for fleets makes one; a redrive goes on with it. AWS lists them once a second for all of an account.
      const mapRunArn = mapRunArns.get(executionArn) ?? (await newestMapRun(sfn, executionArn));
      if (mapRunArn === undefined) return undefined;
      mapRunArns.set(executionArn, mapRunArn);
      return describeMapRun(sfn, mapRunArn);
    },
    async stop(executionArn, cause) {
      await sfn.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause }));
    },
    async change(mapRunArn, change) {
      await sfn.send(new UpdateMapRunCommand({ mapRunArn, ...change }));
    },
    async redrive(executionArn) {
      try {
        await sfn.send(new RedriveExecutionCommand({ executionArn }));
      } catch (error) {
        if (nameOf(error) !== 'ExecutionNotRedrivable') throw error;
        throw new CliError(
          `It cannot be redriven (${messageOf(error)}): start it again, or retry its report.`,
          {
            cause: error,
          },
        );
      }
    },
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function explain(error: unknown, arn: string, stack: Stack): unknown {
  switch (nameOf(error)) {
    case 'StateMachineDoesNotExist':
      return new CliError(
        `There is no state machine ${arn.split(':').at(-1)} (${stack.where}): check --stage, --region and --profile, or deploy the stage.`,
        { cause: error },
      );
    case 'InvalidArn':
      return new CliError(`${arn} is not the ARN of an execution in this Region: check it, and --region.`, {
        cause: error,
      });
    default:
      return error;
  }
}

function runOf(described: DescribeExecutionOutput): Run {
  const { executionArn = '', name = '', status = 'RUNNING', startDate, stopDate, input } = described;
  const { output, error, cause, redriveStatus, redriveStatusReason } = described;
  return {
    executionArn,
    name,
    status,
    startedAtMs: startDate?.getTime() ?? 0,
    ...(stopDate !== undefined && { endedAtMs: stopDate.getTime() }),
    input: Object(JSON.parse(input ?? '{}')),
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(redriveStatus === 'NOT_REDRIVABLE' && { notRedrivable: redriveStatusReason ?? redriveStatus }),
  };
}

async function newestMapRun(sfn: SFNClient, executionArn: string): Promise<string | undefined> {
  const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn, maxResults: 1 }));
  return mapRuns[0]?.mapRunArn;
}

async function describeMapRun(sfn: SFNClient, mapRunArn: string): Promise<MapRun> {
  const described = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  const {
    total = 0,
    succeeded = 0,
    failed = 0,
    timedOut = 0,
    aborted = 0,
    resultsWritten = 0,
  } = described.itemCounts ?? {};
  return {
    mapRunArn,
    isRunning: described.status === 'RUNNING',
    counts: { total, succeeded, failed: failed + timedOut + aborted, resultsWritten },
    maxConcurrency: described.maxConcurrency ?? 0,
    toleratedFailurePercentage: described.toleratedFailurePercentage ?? 0,
    items: countsIn(described.itemCounts),
    batches: countsIn(described.executionCounts),
  };
}

const countsIn = (counts: object = {}): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === 'number'));
