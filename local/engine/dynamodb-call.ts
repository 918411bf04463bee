import { EngineError } from './engine-error.ts';

/** An error that DynamoDB answered with; `name` is DynamoDB's own name for it. */
export class DynamoDbError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Calls one operation. Throws {@link DynamoDbError}, and {@link EngineError} where no engine answers. */
export type DynamoDbCall = (operation: string, input: object) => Promise<Record<string, unknown>>;

/**
 * A client for a local engine, which checks no signatures. The SDK's would cost as much to load as all of the
 * engine's start takes.
 */
export function createDynamoDbCall(url: string, region: string): DynamoDbCall {
  return async (operation, input) => {
    const response = await reach(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        // DynamoDB Local takes the region from here, and wants the form to be right.
        'x-amz-date': '20000101T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=local/20000101/${region}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0000000000000000000000000000000000000000000000000000000000000000`,
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    const answer = parse(text, url);
    if (response.ok) return answer;
    const name = String(answer['__type'] ?? `HTTP ${response.status}`).replace(/^.*#/, '');
    throw new DynamoDbError(name, String(answer['message'] ?? answer['Message'] ?? text));
  };
}

async function reach(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (cause) {
    throw new EngineError(`The table engine at ${url} cannot be reached: start it, or check the URL.`, {
      cause,
    });
  }
}

function parse(text: string, url: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    throw new EngineError(`What answers at ${url} is not a DynamoDB engine: check the URL.`, { cause });
  }
}
