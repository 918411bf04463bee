import type { CommandContext } from '@device-lifecycle/devicectl/command.ts';
import { discardLetters } from '@device-lifecycle/devicectl/dead-letters/discard-letters.ts';
import { redriveLetters } from '@device-lifecycle/devicectl/dead-letters/redrive-letters.ts';
import { CliError } from '@device-lifecycle/operator/errors.ts';
import { failedInvocation, failedStreamBatch } from '@device-lifecycle/test-kit/letters.ts';
import { createTool, type Tool } from '@device-lifecycle/test-kit/tool.ts';
import { aRuleEvent } from '../../../support/lambda.ts';
import type { StreamRecord } from '../../../support/table-changes.ts';
import { enrol, prepareThing } from '../enrol.ts';
import type { Operation, Run } from '../matrix.ts';
import { watched } from '../processes.ts';
import { insist } from './devicectl.ts';

const HALF_AN_HOUR_MS = 1_800_000;

/** Two messages of devices, and records that tell of a third, which functions could not handle. */
function lettersIn(tool: Tool): void {
  const event = (deviceId: string, payload: object) =>
    JSON.stringify({
      ...JSON.parse(failedInvocation(deviceId)),
      requestPayload: aRuleEvent(payload, { deviceId, operation: 'register' }),
    });
  const sentAt = tool.clock();
  tool.queue.send(event('pump', { serialNumber: 'SN-pump' }), sentAt);
  tool.queue.send(event('valve', { serialNumber: 'SN-valve' }), sentAt + 1);
  tool.queue.send(failedStreamBatch('publish-events'), sentAt + 2);
}

/** Works on a queue of its own; whoever was killed has left letters hidden, and they come back by themselves. */
function onLetters(
  name: string,
  work: (context: CommandContext, tool: Tool, of: Run) => Promise<number>,
): Operation {
  let records: readonly StreamRecord[] = [];
  return {
    name,
    who: 'operator',
    async prepare(cloud) {
      await prepareThing(cloud, 'pump');
      await prepareThing(cloud, 'valve');
      await cloud.tables.pull();
      await enrol(cloud, 'told-of', { count: 0 });
      records = (await cloud.tables.pull()).devices.filter(
        ({ dynamodb }) => 'step' in Object(dynamodb.NewImage),
      );
    },
    async start(of) {
      const tool = createTool();
      lettersIn(tool);
      const { platform } = of;
      const queue = watched('SQS', tool.queue);
      const functions = watched('Lambda', {
        invokeAsync: async (functionName: string, event: string) =>
          platform.invokeAsync(functionName, JSON.parse(event)),
        async invoke(functionName: string, event: string) {
          const ended = await platform.invoke(functionName, JSON.parse(event));
          if (ended.how !== 'answered') throw new CliError(`${functionName} has failed.`);
          return ended.answer;
        },
      });
      const streamRecords = watched('DynamoDBStreams', { read: async () => records });
      const operated: Tool = { ...tool, queue, tools: { ...tool.tools, functions, streamRecords } };
      await insist(
        of,
        () => () => work(tool.context({ json: true, all: true, yes: true, reason: 'known' }), operated, of),
        () => tool.clock.advance(HALF_AN_HOUR_MS),
      );
      const written = new Set(tool.written.map(({ messageId }) => messageId)).size;
      of.reported = { left: tool.queue.ids(), written };
    },
  };
}

const watchedLog =
  ({ openDiscardLog }: Tool['tools']): Tool['tools']['openDiscardLog'] =>
  async (file) =>
    watched('Logs', await openDiscardLog(file));

/** What an operator does to dead letters. */
export const letterOperations: readonly Operation[] = [
  onLetters('devicectl/dead-letters-redrive', (context, { queue, tools }) =>
    redriveLetters(context, queue, tools),
  ),
  onLetters('devicectl/dead-letters-discard', (context, { queue, tools }) =>
    discardLetters(context, queue, { ...tools, openDiscardLog: watchedLog(tools) }),
  ),
];
