import type { MqttMessage, RuntimeLog } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import type { IotLog } from '../iot/iot-log.ts';
import type { AuthoritySources } from './device-authority.ts';
import type { KeepAliveRange } from './keep-alive.ts';
import type { EndpointCertificate } from './listener.ts';

/** Clients connect over mutual TLS, and policies are enforced by what the registry says. */
export interface BrokerOptions extends AuthoritySources {
  /** 0 for any free one. */
  readonly port: number;
  readonly host?: string;
  readonly log: RuntimeLog;
  readonly certificate: EndpointCertificate;
  /** AWS IoT's own log; none by default. */
  readonly iotLog?: IotLog;
  /** Keeps retained messages and persistent sessions; in memory by default. */
  readonly collections?: Collections;
  /** AWS IoT's by default. */
  readonly keepAlive?: KeepAliveRange;
  /** Milliseconds until a QoS 1 message that a client does not acknowledge is sent again. */
  readonly resendMs?: number;
  /** Takes every message that is published, presence events among them, before it is acknowledged or delivered. */
  readonly onPublish: (message: MqttMessage) => Promise<void>;
}
