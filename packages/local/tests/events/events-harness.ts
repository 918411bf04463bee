import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsCommandOutput,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import type { QueueMessageOptions } from '../../src/contracts.ts';
import { type Collections, memoryCollections } from '../../src/data/collections.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { createEventsService, type EventsService } from '../../src/events/events-service.ts';
import type { EventsResources, RuleResource } from '../../src/events/rule.ts';
import { readTarget } from '../../src/events/target.ts';
import { Members } from '../../src/protocol/members.ts';
import { putResources } from '../support/put-resources.ts';

const REGION = 'eu-west-1';
const arnOf = (service: string, resource: string) => `arn:aws:${service}:${REGION}:000000000000:${resource}`;

/** A function that permits nobody to invoke it. */
export const UNPERMITTED = 'arn:aws:lambda:eu-west-1:000000000000:function:unpermitted';
export const FUNCTION = arnOf('lambda', 'function:notify');
export const QUEUE = arnOf('sqs', 'inbox');
export const FIFO = arnOf('sqs', 'inbox.fifo');
export const DEAD_LETTERS = arnOf('sqs', 'dead-letters');
export const MACHINE = arnOf('states', 'stateMachine:work');
export const LOG_GROUP = arnOf('logs', 'log-group:/aws/events/shop');
export const SHOP = arnOf('events', 'event-bus/shop');
export const NOW = '2026-01-02T03:04:05.678Z';

/** What came to a target. */
export interface Delivered {
  readonly to: string;
  readonly input: string;
  /** Of a message. */
  readonly options?: QueueMessageOptions | undefined;
  /** Of an execution. */
  readonly name?: string;
  /** Of a log event. */
  readonly timestampMs?: number | undefined;
}

/** An enabled rule of the bus `shop` that takes everything. */
export function ruleOf(targets: readonly object[], settings: Partial<RuleResource> = {}): RuleResource {
  return {
    name: 'all',
    eventBusName: 'shop',
    eventPattern: '{"source":[{"exists":true}]}',
    state: 'ENABLED',
    targets: targets.map((target) => readTarget(new Members({ ...target }))),
    ...settings,
  };
}

/** EventBridge on an endpoint of its own, with a bus `shop`, and services that write down what is delivered to them. */
export interface EventsHarness {
  readonly client: EventBridgeClient;
  readonly clock: FakeClock;
  readonly delivered: readonly Delivered[];
  /** What was delivered, parsed. */
  inputs(): readonly unknown[];
  /** What the runtime tells the developer. */
  readonly logged: readonly string[];
  put(...entries: readonly Partial<PutEventsRequestEntry>[]): Promise<PutEventsCommandOutput>;
  close(): Promise<void>;
}

/** `refuse` is called with all that is delivered, and may throw instead of the target. */
export async function startEvents(
  resources: Partial<EventsResources> = {},
  refuse: (delivered: Delivered) => void = () => undefined,
  collections: Collections = memoryCollections,
): Promise<EventsHarness> {
  const delivered: Delivered[] = [];
  const logged: string[] = [];
  const clock = new FakeClock(NOW);
  const take = (one: Delivered) => {
    refuse(one);
    delivered.push(one);
  };
  const note = (message: string) => void logged.push(message);
  const log = { info: note, warn: note, error: note };
  const service: EventsService = createEventsService({
    clock,
    accountId: '000000000000',
    region: REGION,
    log,
    collections,
    random: () => 0,
    functions: {
      invokeAsync: async (to, input) => take({ to, input }),
      mayInvoke: (functionArn) => functionArn !== UNPERMITTED,
    },
    queues: { sendMessage: async (to, input, options) => take({ to, input, options }) },
    states: { startExecution: ({ stateMachineArn: to, name = '', input = '' }) => take({ to, name, input }) },
    logs: { write: (to, _stream, input, timestampMs) => take({ to, input, timestampMs }) },
  });
  const eventBuses = [{ logicalId: 'Shop', name: 'shop' }];
  await putResources(service.keepers, { events: { eventBuses, rules: [], archives: [], ...resources } });
  service.resume();
  const endpoint: Endpoint = await startEndpoint({
    host: '127.0.0.1',
    port: 0,
    services: { events: service.handle },
    log,
  });
  const client = new EventBridgeClient({
    region: REGION,
    endpoint: endpoint.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    client,
    clock,
    delivered,
    logged,
    inputs: () => delivered.map(({ input }) => JSON.parse(input)),
    put: (...entries) =>
      client.send(
        new PutEventsCommand({
          Entries: entries.map((entry) => ({
            EventBusName: 'shop',
            Source: 'shop.orders',
            DetailType: 'OrderPlaced',
            Detail: '{}',
            ...entry,
          })),
        }),
      ),
    async close() {
      client.destroy();
      await endpoint.close();
      await service.close();
    },
  };
}
