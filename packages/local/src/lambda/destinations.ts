import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService } from '../aws.ts';
import type { QueueSender } from '../contracts.ts';
import type { ObjectStore } from '../states/distributed/object-store.ts';

/** What an event, or records of a stream, can be sent to once Lambda is done with them. */
export type DestinationKind = 'queue' | 'function' | 'eventBus' | 'bucket';

const KINDS: readonly (readonly [DestinationKind, RegExp])[] = [
  ['queue', /^arn:[^:]+:sqs:[^:]+:\d+:[\w-]+$/],
  ['function', /^arn:[^:]+:lambda:[^:]+:\d+:function:[\w-]+(?::(?:\$LATEST|[\w-]+))?$/],
  ['eventBus', /^arn:[^:]+:events:[^:]+:\d+:event-bus\/[\w./-]+$/],
  ['bucket', /^arn:[^:]+:s3:::[a-z0-9][a-z0-9.-]+$/],
];

/** Undefined for everything else, FIFO queues among it: Lambda sends to none. */
export function destinationKindOf(arn: string): DestinationKind | undefined {
  return KINDS.find(([, pattern]) => pattern.test(arn))?.[0];
}

/** What destinations are reached by. */
export interface DestinationServices {
  readonly queues: QueueSender;
  /** EventBridge. */
  readonly events?: AwsService;
  readonly objects?: Pick<ObjectStore, 'write'>;
}

/** Sends a text, or throws what the destination's service answers. */
export interface Destinations {
  toQueue(arn: string, text: string): Promise<void>;
  toBucket(arn: string, text: string, key: string): Promise<void>;
  toEventBus(arn: string, detail: string, event: { detailType: string; resource: string }): Promise<void>;
}

function required<T>(service: T | undefined, name: string): T {
  if (service !== undefined) return service;
  throw new AwsError('ServiceUnavailable', `${name} is not there.`, 503);
}

export function createDestinations(services: DestinationServices): Destinations {
  return {
    toQueue: (arn, text) => services.queues.sendMessage(arn, text),
    toBucket: (arn, text, key) =>
      required(services.objects, 'S3').write(arn.split(':').at(-1) ?? '', key, oneChunk(text)),
    async toEventBus(arn, Detail, { detailType, resource }) {
      const entry = {
        Source: 'lambda',
        DetailType: detailType,
        Resources: [resource, arn],
        Detail,
        EventBusName: arn,
      };
      await putEvent(required(services.events, 'EventBridge'), entry);
    },
  };
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function putEvent(events: AwsService, entry: object): Promise<void> {
  const response = await events({
    service: 'events',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify({ Entries: [entry] })),
  });
  const [result] = JSON.parse(String(response.body)).Entries;
  if (result?.ErrorCode !== undefined) throw new AwsError(result.ErrorCode, String(result.ErrorMessage));
}

/**
 * The name of an object below a prefix such as `aws/lambda/async/{functionName}`.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function objectKey(prefix: string, nowMs: number): string {
  const [day = '', time = ''] = new Date(nowMs).toISOString().slice(0, 19).split('T');
  return `${prefix}/${day.replaceAll('-', '/')}/${day}T${time.replaceAll(':', '.')}-${randomUUID()}`;
}
