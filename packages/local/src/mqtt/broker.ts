import { AwsBroker, type DirectDelivery } from './aws-broker.ts';
import type { BrokerOptions } from './broker-options.ts';
import type { Clients } from './client-directory.ts';
import type { DirectMessage } from './direct-messages.ts';
import type { EndOptions } from './end-connection.ts';
import type { TopicService } from './intake.ts';
import type { RetainedMessages } from './retained-messages.ts';

export type { BrokerOptions } from './broker-options.ts';

export interface Broker extends Clients {
  readonly host: string;
  readonly port: number;
  readonly retained: Pick<RetainedMessages, 'find' | 'list'>;
  /**
   * Publishes for the data plane: to `onPublish`, then to the subscribers, whom it does not wait for. Rejects with what
   * `onPublish` threw.
   */
  publish(topic: string, payload: Buffer, qos: 0 | 1, retain?: boolean): Promise<void>;
  /** Sends a message to one client for the data plane, past rules and subscriptions. */
  sendDirectly(clientId: string, message: DirectMessage): Promise<DirectDelivery>;
  /** Ends a client's connection for the data plane. Resolves to false where there is neither one nor a session. */
  disconnect(clientId: string, options: EndOptions): Promise<boolean>;
  /** Has a service answer what is published on its reserved topics. */
  serve(service: TopicService): void;
  /** Ends every connection, within a second. What is published from then on is neither taken nor acknowledged. */
  close(): Promise<void>;
}

/**
 * Starts a broker that keeps AWS IoT Core's rules and limits, with MQTT 3.1.1. Throws `PortInUseError`. With
 * `collections` that are kept, so are retained messages and persistent sessions with their messages, before a message
 * is acknowledged.
 *
 * A message with QoS 1 is acknowledged once `onPublish` has taken it; when it can't, the connection is closed
 * without a PUBACK, and the client sends again. Source: AWS IoT developer guide, "MQTT".
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { port, host = '127.0.0.1' } = options;
  const broker = new AwsBroker(options);
  try {
    await broker.listen(host, port);
  } catch (error) {
    await broker.close();
    throw error;
  }
  return {
    host,
    port: broker.port,
    retained: broker.retained,
    ...broker.clients,
    sendDirectly: (clientId, message) => broker.sendDirectly(clientId, message),
    serve: (service) => broker.serve(service),
    publish: (topic, payload, qos, retain = false) => broker.publish({ topic, payload, qos }, retain),
    disconnect: (clientId, end) => broker.disconnect(clientId, end),
    close: () => broker.close(),
  };
}
