import { createRequire } from 'node:module';
import { NormalizedSchema } from '@smithy/core/schema';

/** A service that the endpoint has, as AWS SDK integrations know it. */
export interface SdkService {
  /** The package of its client. */
  readonly client: string;
  readonly clientClass: string;
  /** Before the names of its errors: the SDK for Java's name. */
  readonly errorPrefix: string;
}

/** By the name that follows `aws-sdk:`. https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
export const SDK_SERVICES: ReadonlyMap<string, SdkService> = new Map([
  ['cloudformation', service('cloudformation', 'CloudFormation', 'CloudFormation')],
  ['cloudwatchlogs', service('cloudwatch-logs', 'CloudWatchLogs', 'CloudWatchLogs')],
  ['dynamodb', service('dynamodb', 'DynamoDB', 'DynamoDb')],
  ['dynamodbstreams', service('dynamodb-streams', 'DynamoDBStreams', 'DynamoDbStreams')],
  ['eventbridge', service('eventbridge', 'EventBridge', 'EventBridge')],
  ['iot', service('iot', 'IoT', 'Iot')],
  ['iotdataplane', service('iot-data-plane', 'IoTDataPlane', 'IotDataPlane')],
  ['lambda', service('lambda', 'Lambda', 'Lambda')],
  ['s3', service('s3', 'S3', 'S3')],
  ['sfn', service('sfn', 'SFN', 'Sfn')],
  ['sns', service('sns', 'SNS', 'Sns')],
  ['sqs', service('sqs', 'SQS', 'Sqs')],
  ['sts', service('sts', 'STS', 'Sts')],
]);

function service(client: string, className: string, errorPrefix: string): SdkService {
  return { client: `@aws-sdk/client-${client}`, clientClass: `${className}Client`, errorPrefix };
}

/** An operation of a service: its command, and the shapes that go in and come out. */
export interface SdkOperation {
  readonly service: SdkService;
  readonly module: SdkModule;
  readonly command: new (input: object) => object;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/** What a client's package exports. */
export type SdkModule = Readonly<Record<string, unknown>>;

/** A command knows its operation: `[9, namespace, name, traits, () => input, () => output]`. */
interface WithSchema {
  readonly schema: readonly [number, string, string, unknown, () => never, () => never];
}

/** Clients are large, and most are never needed: each is loaded when a definition names it. */
const load = createRequire(import.meta.url);

const operations = new Map<string, SdkOperation | undefined>();

/** The operation of an action in camelCase, as `sendMessage`; undefined for what AWS does not have. */
export function sdkOperation(serviceName: string, action: string): SdkOperation | undefined {
  const key = `${serviceName}:${action}`;
  if (!operations.has(key)) operations.set(key, findOperation(serviceName, action));
  return operations.get(key);
}

/** The operations that AWS has of a service, by their names in PascalCase; none of one that is not here. */
export function sdkOperationNames(serviceName: string): readonly string[] {
  const found = SDK_SERVICES.get(serviceName);
  const module: SdkModule = found === undefined ? {} : load(found.client);
  return Object.keys(module).flatMap((name) => /^([A-Z]\w*)Command$/.exec(name)?.[1] ?? []);
}

function findOperation(serviceName: string, action: string): SdkOperation | undefined {
  const found = SDK_SERVICES.get(serviceName);
  if (found === undefined || !/^[a-z]/.test(action)) return undefined;
  const module: SdkModule = load(found.client);
  const command = module[`${capitalized(action)}Command`];
  if (!isCommand(command)) return undefined;
  const { schema } = new command({}) as WithSchema;
  const [input, output] = [NormalizedSchema.of(schema[4]()), NormalizedSchema.of(schema[5]())];
  // Streams of events are no answer that a state could hold.
  if (input.getEventStreamMember() !== '' || output.getEventStreamMember() !== '') return undefined;
  return { service: found, module, command, input, output };
}

function isCommand(value: unknown): value is SdkOperation['command'] {
  return typeof value === 'function';
}

/** Fields are in PascalCase, whatever the service has them in. */
export function capitalized(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
