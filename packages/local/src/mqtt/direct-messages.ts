import type { AedesPublishPacket, Client } from 'aedes';
import { takeMessageId } from './outbox.ts';

/** A client of aedes, with what its types do not tell of. */
type NumberingClient = Client & Parameters<typeof takeMessageId>[0];

/** A message for one client, whatever it has subscribed to. */
export interface DirectMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** How long to wait for the client's PUBACK; not at all, and with QoS 0, where it is absent. */
  readonly confirmWithinMs?: number;
}

/** Source: https://docs.aws.amazon.com/iot/latest/developerguide/direct-messaging.html */
export class DirectMessages {
  /** A payload's object stays the same on its way through aedes. */
  readonly #messageIds = new WeakMap<Buffer, number>();
  readonly #unconfirmed = new WeakMap<Client, Map<number, () => void>>();

  /** Whether a message is one of these. */
  has(payload: Buffer): boolean {
    return this.#messageIds.has(payload);
  }

  /** Gives one of these messages the id under which its PUBACK is waited for. */
  prepare(packet: AedesPublishPacket): void {
    const messageId = this.#messageIds.get(packet.payload as Buffer);
    if (messageId !== undefined && packet.qos === 1) packet.messageId = messageId;
  }

  /** Whether the client has got it, as far as that was to be known. */
  async send(client: Client, { topic, payload, confirmWithinMs }: DirectMessage): Promise<boolean> {
    const messageId = takeMessageId(client as NumberingClient);
    const own = payload.subarray(0);
    this.#messageIds.set(own, messageId);
    const send = (qos: 0 | 1) =>
      new Promise<void>((resolve) => {
        client.publish({ cmd: 'publish', topic, payload: own, qos, retain: false, dup: false }, () =>
          resolve(),
        );
      });
    if (confirmWithinMs === undefined) {
      await send(0);
      return !client.closed;
    }
    const confirmed = this.#confirmed(client, messageId, confirmWithinMs);
    await send(1);
    return confirmed;
  }

  acknowledged(client: Client, messageId: number): void {
    this.#unconfirmed.get(client)?.get(messageId)?.();
  }

  async #confirmed(client: Client, messageId: number, withinMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const unconfirmed = this.#unconfirmed.get(client) ?? new Map();
    this.#unconfirmed.set(
      client,
      unconfirmed.set(messageId, () => resolve(true)),
    );
    const timer = setTimeout(() => resolve(false), withinMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      unconfirmed.delete(messageId);
    }
  }
}
