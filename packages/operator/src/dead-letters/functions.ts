import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { CliError } from '../errors.ts';
import type { Stack } from '../stack.ts';
import type { Functions } from './ports.ts';

export function createFunctions(lambda: LambdaClient, { name }: Stack): Functions {
  return {
    async invokeAsync(functionName, event) {
      await lambda.send(
        new InvokeCommand({
          FunctionName: `${name}-${functionName}`,
          InvocationType: 'Event',
          Payload: Buffer.from(event),
        }),
      );
    },
    async invoke(functionName, event) {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: `${name}-${functionName}`, Payload: Buffer.from(event) }),
      );
      const text = Buffer.from(Payload ?? []).toString('utf8');
      const answer: unknown = text === '' ? undefined : JSON.parse(text);
      if (FunctionError === undefined) return answer;
      const { errorType = FunctionError, errorMessage = 'no message' } = Object(answer);
      throw new CliError(`The function failed again, with ${errorType}: ${errorMessage}`);
    },
  };
}
