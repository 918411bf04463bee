import { AwsBroker } from './aws-broker.ts';
import type { BrokerOptions } from './broker-options.ts';
import type { EndOptions } from './end-connection.ts';
import type { TopicService } from './intake.ts';

export type { BrokerOptions } from './broker-options.ts';

export interface Broker {
  readonly host: string;
  readonly port: number;
  /**
   * Publishes for the data plane: to `onPublish`, then to the subscribers, whom it does not wait for. Rejects with what
   * `onPublish` threw.
   */
  publish(topic: string, payload: Buffer, qos: 0 | 1, retain?: boolean): Promise<void>;
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
    serve: (service) => broker.serve(service),
    publish: (topic, payload, qos, retain = false) => broker.publish({ topic, payload, qos }, retain),
    disconnect: (clientId, end) => broker.disconnect(clientId, end),
    close: () => broker.close(),
  };
}
