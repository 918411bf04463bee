import type { AwsService } from '@device-lifecycle/local/aws.ts';

/** Calls an operation of Step Functions. Rejects with an `AwsError`. */
export async function callStates(
  { handle }: { readonly handle: AwsService },
  operation: string,
  members: object,
  // biome-ignore lint/suspicious/noExplicitAny: answers have the shape of their operation
): Promise<any> {
  const { body } = await handle({
    service: 'states',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
    body: Buffer.from(JSON.stringify(members)),
  });
  return JSON.parse(body.toString());
}
