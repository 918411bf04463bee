import { type FileHandle, open } from 'node:fs/promises';
import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CliError } from '../errors.ts';
import type { Stack } from '../stack.ts';
import type { DiscardEntry, DiscardLog } from './ports.ts';

/** Appends to a file, and has each line on disk before the letter is deleted. */
export async function openDiscardFile(path: string): Promise<DiscardLog> {
  const file = await openForAppending(path);
  return {
    async append(entry) {
      await file.appendFile(`${JSON.stringify(entry)}\n`);
      await file.datasync();
    },
    close: () => file.close(),
  };
}

async function openForAppending(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path} cannot be written to (${reason}): give another file with --to.`, {
      cause: error,
    });
  }
}

/**
 * The stack's log group for what was discarded; each run has a log stream of its own. CloudWatch keeps what it has
 * accepted. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
export function createDiscardLogGroup(
  logs: CloudWatchLogsClient,
  { discardedLogGroupName: logGroupName }: Stack,
  logStreamName: string,
): DiscardLog {
  let isThere = false;

  async function append(entry: DiscardEntry): Promise<void> {
    if (!isThere) await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    isThere = true;
    const logEvents = [{ timestamp: Date.parse(entry.discardedAt), message: JSON.stringify(entry) }];
    const { rejectedLogEventsInfo } = await logs.send(
      new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }),
    );
    if (rejectedLogEventsInfo === undefined) return;
    throw new CliError(
      `CloudWatch Logs has not taken the record of it (${JSON.stringify(rejectedLogEventsInfo)}): check this machine's clock, or discard it into a file with "devicectl dead-letters discard --to".`,
    );
  }

  return {
    async append(entry) {
      try {
        await append(entry);
      } catch (error) {
        throw explained(error, logGroupName);
      }
    },
    async close() {},
  };
}

function explained(error: unknown, logGroupName: string): unknown {
  const { name, message } = Object(error);
  if (name === 'ResourceNotFoundException') {
    return new CliError(
      `There is no log group ${logGroupName}: deploy the stage again, or discard into a file with "devicectl dead-letters discard --to".`,
    );
  }
  // An event has 1 MB at the most, and so has a message of SQS, which is quoted in it.
  if (name === 'InvalidParameterException' && /too (large|big)|size/i.test(String(message))) {
    return new CliError(
      'It is too large for CloudWatch Logs: discard it into a file with "devicectl dead-letters discard --to".',
    );
  }
  return error;
}
