import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { createDiscardLogGroup } from '../../src/dead-letters/discard-log.ts';

const entry = {
  discardedAt: '2026-06-01T12:00:00.000Z',
  discardedBy: 'arn:aws:iam::123456789012:user/ann',
  reason: 'a test',
  messageId: 'm-1',
  sentAt: '2026-06-01T11:00:00.000Z',
  error: 'Unanswerable',
  body: '{}',
};

function logOf(answer: (command: object) => object) {
  const commands: { readonly input: object }[] = [];
  const client = new CloudWatchLogsClient({ region: 'eu-west-1' });
  client.send = async (command: { readonly input: object }) => {
    commands.push(command);
    return answer(command);
  };
  return { log: createDiscardLogGroup(client, testStack, '2026/06/01/a-run'), commands };
}

const failWith =
  (name: string, message = 'no') =>
  () => {
    throw Object.assign(new Error(message), { name });
  };

describe("the stack's log group of what was discarded", () => {
  it('gets one log stream a run, and an event for each', async () => {
    const { log, commands } = logOf(() => ({}));
    await log.append(entry);
    await log.append({ ...entry, messageId: 'm-2' });
    expect(commands.map((command) => command.constructor)).toEqual([
      CreateLogStreamCommand,
      PutLogEventsCommand,
      PutLogEventsCommand,
    ]);
    expect(commands[1]?.input).toEqual({
      logGroupName: '/device-lifecycle-dev/discarded-dead-letters',
      logStreamName: '2026/06/01/a-run',
      logEvents: [{ timestamp: Date.parse(entry.discardedAt), message: JSON.stringify(entry) }],
    });
  });

  it('does not count as written what CloudWatch has rejected', async () => {
    const { log } = logOf((command) =>
      command instanceof PutLogEventsCommand
        ? { rejectedLogEventsInfo: { tooNewLogEventStartIndex: 0 } }
        : {},
    );
    await expect(log.append(entry)).rejects.toThrow("check this machine's clock");
  });

  it.each([
    ['it is not there', failWith('ResourceNotFoundException'), 'deploy the stage again'],
    ['it is too large', failWith('InvalidParameterException', 'Log event too large'), 'discard --to'],
    ['access is denied', failWith('AccessDeniedException', 'not you'), 'not you'],
  ])('says what to do when %s', async (_, answer, words) => {
    await expect(logOf(answer).log.append(entry)).rejects.toThrow(words);
  });
});
