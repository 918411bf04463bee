import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { describe } from '../jsonata.ts';
import { type SdkOperation, sdkOperation } from './sdk-services.ts';
import { fromShape, toShape } from './sdk-shapes.ts';
import { ServiceFailure } from './service-failure.ts';

/** What a service has answered. */
export interface ServiceAnswer {
  /** Fields in PascalCase. */
  readonly output: JsonObject;
  readonly http: HttpAnswer;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Calls AWS's services, as an SDK does. */
export interface ServiceCalls {
  /**
   * Calls an operation that `sdkOperation` knows, with fields in PascalCase. Rejects with a {@link ServiceFailure}, or
   * with a `TypeError` for a field of the wrong type.
   */
  call(service: string, action: string, input: Json): Promise<ServiceAnswer>;
  /** Lets go of connections. */
  close(): void;
}

export interface ServiceCallsOptions {
  readonly endpointUrl: () => string;
  readonly region: string;
}

interface Client {
  readonly middlewareStack: {
    add(middleware: object, options: object): void;
  };
  send(command: object): Promise<{ readonly $metadata: Metadata }>;
  destroy(): void;
}

interface Metadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
}

/** Each output's headers: the SDK itself gives none of them. */
const headersOf = new WeakMap<object, Readonly<Record<string, string>>>();

/** Calls the services of an endpoint, with credentials that are good nowhere else. */
export function createServiceCalls({ endpointUrl, region }: ServiceCallsOptions): ServiceCalls {
  const clients = new Map<string, Client>();

  const clientOf = (name: string, { service, module }: SdkOperation): Client => {
    const known = clients.get(name);
    if (known !== undefined) return known;
    const Class = module[service.clientClass] as new (options: object) => Client;
    const client = new Class({
      endpoint: endpointUrl(),
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      forcePathStyle: true,
      disableHostPrefix: true,
    });
    client.middlewareStack.add(keepHeaders, { step: 'deserialize', priority: 'high' });
    clients.set(name, client);
    return client;
  };

  return {
    async call(service, action, input) {
      const operation = sdkOperation(service, action);
      if (operation === undefined) throw new TypeError(`There is no ${service}:${action}.`);
      const members = toShape(operation.input, isJsonObject(input) ? input : {}, action) as object;
      try {
        const answer = await clientOf(service, operation).send(new operation.command(members));
        const { $metadata, ...output } = answer;
        return {
          output: (await fromShape(operation.output, output)) as JsonObject,
          http: {
            statusCode: $metadata.httpStatusCode ?? 200,
            requestId: $metadata.requestId ?? '',
            headers: headersOf.get(answer) ?? {},
          },
        };
      } catch (thrown) {
        throw serviceFailure(operation, thrown);
      }
    },
    close() {
      for (const client of clients.values()) client.destroy();
    },
  };
}

/** A middleware that notes the headers of what is answered. */
const keepHeaders = (next: (args: object) => Promise<Deserialized>) => async (args: object) => {
  const result = await next(args);
  headersOf.set(result.output, result.response.headers);
  return result;
};

interface Deserialized {
  readonly output: object;
  readonly response: { readonly headers: Readonly<Record<string, string>> };
}

/** Errors of the SDK: those that a service answers with have a `$fault`. */
function serviceFailure({ module }: SdkOperation, thrown: unknown): ServiceFailure {
  if (!(thrown instanceof Error) || !('$fault' in thrown)) {
    const message = `Unable to execute HTTP request: ${describe(thrown)}`;
    return new ServiceFailure({ message, code: undefined, isModeled: false });
  }
  const { httpStatusCode = 500, requestId = '' } = (thrown as { $metadata?: Metadata }).$metadata ?? {};
  const { Code: wireCode = thrown.name } = thrown as { Code?: string };
  const modeled = module[thrown.name];
  return new ServiceFailure({
    message: thrown.message,
    code: thrown.name,
    wireCode,
    isModeled: typeof modeled === 'function' && thrown instanceof modeled,
    statusCode: httpStatusCode,
    requestId,
  });
}
