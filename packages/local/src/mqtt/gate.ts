import { randomUUID } from 'node:crypto';
import type { AedesPublishPacket, Client, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import type { MqttMessage, RuntimeLog } from '../contracts.ts';
import { type ClientPacket, refusePacket } from './access.ts';
import type { BrokerLog, Refusals } from './broker-log.ts';
import { type Connections, grantedKeepAlive, type KeepAliveRange } from './connections.ts';
import type { Guard } from './guard.ts';
import type { Intake } from './intake.ts';
import type { Outbox } from './outbox.ts';
import { isNotServed } from './reserved-topics.ts';
import type { Sessions } from './sessions.ts';

/**
 * Does what has become due in a turn of the event loop at its end, all at once. What is written to a connection then
 * goes out together; and clients that answer are woken up together, which takes less than one by one: acknowledging
 * takes half as long this way.
 */
export class Turn {
  #due: (() => void)[] = [];

  atEnd(act: () => void): void {
    this.#due.push(act);
    if (this.#due.length === 1) setImmediate(() => this.#end());
  }

  #end(): void {
    const due = this.#due;
    this.#due = [];
    for (const act of due) act();
  }
}

interface GateOptions {
  readonly guard: Guard;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly outbox: Outbox;
  readonly intake: Intake;
  readonly brokerLog: BrokerLog;
  readonly refusals: Refusals;
  readonly keepAlive: KeepAliveRange;
  readonly log: RuntimeLog;
}

/** aedes' hooks: what comes from clients, and what goes to them, passes here. */
export class Gate {
  readonly #options: GateOptions;
  readonly #turn = new Turn();
  #isClosed = false;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Nothing that clients publish is taken any longer. */
  close(): void {
    this.#isClosed = true;
  }

  preConnect(client: Client, packet: ConnectPacket, done: (error: Error | null, ok: boolean) => void): void {
    const { guard, connections, refusals, keepAlive } = this.#options;
    packet.keepalive = grantedKeepAlive(packet.keepalive, keepAlive);
    // A client without an id gets one for this connection, which can't have a session. [MQTT-3.1.3-6], -7
    if (packet.clientId === '' && packet.clean === true) packet.clientId = randomUUID();
    const { clientId } = packet;
    const refusal = guard.refuseConnect(client, packet);
    if (refusal?.reason === 'AUTH_ERROR') connections.failed(client, clientId);
    const error = refusals.refuse('Connect', client, refusal, { clientId });
    done(error, error === null);
  }

  /** Whether a packet may be taken, of whatever kind; the connection is closed where it may not. */
  check(client: Client, packet: ClientPacket): boolean {
    const refusal = refusePacket(client, packet);
    if (refusal === undefined) return true;
    this.#options.refusals.disconnect(client, refusal);
    client.close();
    return false;
  }

  authorizePublish(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    if (client === null || this.#isClosed) {
      done(new Error('the broker is closing'));
      return;
    }
    const { guard, intake, connections, brokerLog, refusals, log } = this.#options;
    const { topic } = packet;
    const refused = refusals.refuse('Publish-In', client, guard.refusePublish(client, packet), {
      topicName: topic,
    });
    if (refused !== null) {
      done(refused);
      return;
    }
    const traceId = randomUUID();
    brokerLog.succeeded('Publish-In', client, { topicName: topic, traceId });
    const payload = ownPayload(packet.payload);
    packet.payload = payload;
    const { clientId, principal, sourceIp } = guard.peerOf(client);
    const message: MqttMessage = {
      topic,
      payload,
      qos: packet.qos === 1 ? 1 : 0,
      traceId,
      clientId,
      principal,
      sourceIp,
    };
    intake.takeInOrder(client, message, {
      retain: packet.retain === true,
      done: () => this.#turn.atEnd(() => done(null)),
      failed: (error) => {
        connections.endsBecause(client, 'SERVER_ERROR');
        log.error(`A message on ${topic} could not be handled: ${error.message}`);
        done(error);
      },
    });
  }

  authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void {
    const { guard, connections, sessions, brokerLog, refusals, log } = this.#options;
    const { topic: topicName } = subscription;
    if (connections.isEnding(client)) {
      done(new Error('the connection is being closed'));
      return;
    }
    const refusal = guard.refuseSubscribe(client, subscription);
    // Subscriptions of a session that goes on; the client has not asked for them now.
    if (!hasConnack(client)) {
      if (refusal !== undefined) sessions.unsubscribe(client.id, [topicName]);
      done(null, refusal === undefined ? subscription : null);
      return;
    }
    const error = refusals.refuse('Subscribe', client, refusal, { topicName });
    if (error === null) {
      brokerLog.succeeded('Subscribe', client, { topicName });
      if (isNotServed(topicName)) {
        log.warn(
          `The MQTT client ${client.id} has subscribed to ${topicName}; what publishes there does not run on the laptop`,
        );
      }
    }
    done(error, error === null ? subscription : null);
  }

  /** A message that a client may not receive is not delivered, and nothing else. */
  authorizeForward(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    const { guard, brokerLog, outbox } = this.#options;
    if (!guard.mayReceive(client, packet.topic) || !this.#isDue(client, packet)) return null;
    outbox.sending(client, packet);
    brokerLog.succeeded('Publish-Out', client, { topicName: packet.topic });
    return packet;
  }

  /**
   * While what has waited for a client goes out, new messages join it, which keeps them in order. A message without
   * an id has come to a subscription.
   */
  #isDue(client: Client, { qos, messageId, payload }: AedesPublishPacket): boolean {
    if (client.clean || qos !== 1 || messageId !== undefined) return true;
    return this.#options.sessions.claim(client.id, payload as Buffer, client.connected);
  }
}

/** An object of a message's own, by which it is known on its way; the bytes stay where they are. */
export function ownPayload(payload: string | Buffer): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload.subarray(0);
}

/** aedes notes on the client that it has sent the CONNACK, though its types do not say so. */
function hasConnack(client: Client): boolean {
  return (client as Client & { readonly connackSent: boolean }).connackSent;
}
