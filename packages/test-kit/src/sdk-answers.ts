import { Readable } from 'node:stream';

/** What a service of AWS says over the wire. */
export interface WireAnswer {
  readonly statusCode: number;
  readonly body: string;
  readonly type: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1' | 'application/xml' | 'text/xml';
}

/** What a client of the SDK has sent. */
export interface WireRequest {
  /** Such as `GetItem`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An answer of the services that speak JSON. */
export const jsonAnswer = (body: object, statusCode = 200): WireAnswer => ({
  statusCode,
  type: 'application/x-amz-json-1.0',
  body: JSON.stringify(body),
});

/** An error of theirs. */
export const jsonError = (name: string, message: string): WireAnswer =>
  jsonAnswer({ __type: name, message, Message: message }, 400);

/** The settings of an SDK client that is answered here, without a network. */
export function wireConfig(answer: (request: WireRequest) => WireAnswer) {
  return {
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      httpHandlerConfigs: () => ({}),
      updateHttpClientConfig: () => undefined,
      async handle({ headers = {}, body }: { headers?: Record<string, string>; body?: Uint8Array }) {
        const operation = headers['x-amz-target']?.split('.').at(-1) ?? '';
        const input = operation === '' ? {} : JSON.parse(new TextDecoder().decode(body));
        const { statusCode, type, body: text } = answer({ operation, input });
        const response = {
          statusCode,
          headers: { 'content-type': type },
          body: Readable.from([Buffer.from(text)]),
        };
        return { response };
      },
    },
  };
}
