import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { LifecycleEvent } from '../../../shared/domain/lifecycle-event.ts';
import type { World } from './world.ts';

const QUEUE_NAME = 'campaign-events';

/** An event as it comes to a consumer. */
export interface DeliveredEvent {
  readonly 'detail-type': LifecycleEvent['type'];
  readonly source: string;
  readonly detail: LifecycleEvent['detail'];
}

/** Has another system hear of every event on the bus, in a queue of its own. */
export async function subscribe(world: World): Promise<void> {
  const { clientConfig, eventBuses, region, accountId } = world.stack;
  const [sqs, events] = [new SQSClient(clientConfig), new EventBridgeClient(clientConfig)];
  const EventBusName = eventBuses.eventBus;
  const EventPattern = JSON.stringify({ source: ['device-lifecycle'] });
  const Targets = [{ Id: 'queue', Arn: `arn:aws:sqs:${region}:${accountId}:${QUEUE_NAME}` }];
  await world.persist(() => sqs.send(new CreateQueueCommand({ QueueName: QUEUE_NAME })));
  await world.persist(() =>
    events.send(new PutRuleCommand({ Name: QUEUE_NAME, EventBusName, EventPattern })),
  );
  await world.persist(() => events.send(new PutTargetsCommand({ Rule: QUEUE_NAME, EventBusName, Targets })));
  sqs.destroy();
  events.destroy();
}

/** Takes all that has come. */
export async function takeEvents(world: World): Promise<readonly DeliveredEvent[]> {
  const { clientConfig, awsEndpointUrl, accountId } = world.stack;
  const sqs = new SQSClient(clientConfig);
  const QueueUrl = `${awsEndpointUrl}/${accountId}/${QUEUE_NAME}`;
  const taken: DeliveredEvent[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) break;
    taken.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as DeliveredEvent));
    const Entries = Messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  sqs.destroy();
  return taken;
}
