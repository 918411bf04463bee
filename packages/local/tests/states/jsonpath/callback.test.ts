import { StatesUnderTest } from '@device-lifecycle/test-kit/states-under-test.ts';
import { expect, it } from '@jest/globals';

// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
it('a task hands its token on by a path, and gets what comes back with it', async () => {
  const states: StatesUnderTest = new StatesUnderTest(
    {
      QueryLanguage: 'JSONPath',
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Parameters: {
            FunctionName: 'ask',
            Payload: { 'question.$': '$.question', 'token.$': '$$.Task.Token' },
          },
          HeartbeatSecondsPath: '$.patience',
          ResultSelector: { 'answer.$': '$.said' },
          ResultPath: '$.asked',
          End: true,
        },
      },
    },
    {
      handler: async (event) => {
        const { question, token } = event as { question: string; token: string };
        await states.call('SendTaskSuccess', {
          taskToken: token,
          output: JSON.stringify({ said: question }),
        });
      },
    },
  );
  const { status, output, events } = await states.run({ question: 'Why?', patience: 60 });
  await states.service.close();
  expect({ status, output }).toEqual({
    status: 'SUCCEEDED',
    output: { question: 'Why?', patience: 60, asked: { answer: 'Why?' } },
  });
  expect(events.find(({ type }) => type === 'TaskScheduled')).toMatchObject({
    taskScheduledEventDetails: { heartbeatInSeconds: 60 },
  });
});
