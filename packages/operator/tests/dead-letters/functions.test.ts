import { LambdaClient } from '@aws-sdk/client-lambda';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { createFunctions } from '../../src/dead-letters/functions.ts';

function functionsThat(answer: object) {
  const inputs: object[] = [];
  const client = new LambdaClient({ region: 'eu-west-1' });
  client.send = async ({ input }: { readonly input: object }) => {
    inputs.push(input);
    return answer;
  };
  return { functions: createFunctions(client, testStack), inputs };
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('functions of the stack', () => {
  it('are invoked asynchronously with the very event', async () => {
    const { functions, inputs } = functionsThat({ StatusCode: 202 });
    await functions.invokeAsync('register-device', '{"n":1.0}');
    expect(inputs).toEqual([
      {
        FunctionName: 'device-lifecycle-dev-register-device',
        InvocationType: 'Event',
        Payload: Buffer.from('{"n":1.0}'),
      },
    ]);
  });

  it('answer when they are waited for', async () => {
    const { functions } = functionsThat({ Payload: json({ batchItemFailures: [] }) });
    expect(await functions.invoke('settle-moved-devices', '{}')).toEqual({ batchItemFailures: [] });
  });

  it('fail with the name of their error, though the call succeeds', async () => {
    const { functions } = functionsThat({
      FunctionError: 'Unhandled',
      Payload: json({ errorType: 'Throttled', errorMessage: 'slower' }),
    });
    await expect(functions.invoke('settle-moved-devices', '{}')).rejects.toThrow(
      'The function failed again, with Throttled: slower',
    );
  });
});
