import type { AedesPublishPacket, Client } from 'aedes';
import type { Clock } from '../clock.ts';

/** aedes' own ways to bring a message to a client, which its types do not tell of. */
interface Deliveries {
  /** What messages are numbered by, from 1 to 65535. */
  _nextId: number;
  deliver0(packet: AedesPublishPacket, done: () => void): void;
  deliverQoS(packet: AedesPublishPacket, done: () => void): void;
}

interface OutboxOptions {
  readonly clock: Clock;
  /** Milliseconds until a message that is not acknowledged is sent again. */
  readonly resendMs: number;
  /** Has a message wait in the client's session, from where it is taken when there is room; false where it can't. */
  readonly queue: (client: Client, packet: AedesPublishPacket) => boolean;
  /** A client has acknowledged a message: there is room for another one. */
  readonly onRoom: (client: Client) => void;
  /** A client has not acknowledged a message for an hour. */
  readonly onGivenUp: (client: Client, payload: Buffer) => void;
}

interface Delivery {
  readonly packet: AedesPublishPacket;
  readonly firstSentAt: number;
  readonly sentAt: number;
}

interface State {
  /** By the ids of their packets. */
  readonly unacknowledged: Map<number, Delivery>;
  /** What has come while there was no room. */
  readonly waiting: AedesPublishPacket[];
  /** aedes' own. */
  readonly deliver: Deliveries['deliverQoS'];
  /** Whether a message is being given to aedes with QoS 1. */
  isDelivering: boolean;
  timer?: NodeJS.Timeout | undefined;
}

/**
 * "Maximum outbound unacknowledged QoS 1 publish requests" and "Maximum retry interval for delivering QoS 1 messages".
 * Source: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 */
const MAX_UNACKNOWLEDGED = 100;
const GIVE_UP_MS = 60 * 60 * 1000;
/** AWS does not say how long it waits. */
export const RESEND_MS = 20_000;

const MAX_MESSAGE_ID = 65_535;
const ignore = () => undefined;

/** The QoS 1 messages that connected clients have not acknowledged: as many at once as AWS IoT allows, and sent again. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #states = new WeakMap<Client, State>();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Has a client's QoS 1 messages go through here. */
  attach(client: Client): void {
    const deliveries = client as Client & Deliveries;
    const state: State = {
      unacknowledged: new Map(),
      waiting: [],
      deliver: deliveries.deliverQoS,
      isDelivering: false,
    };
    this.#states.set(client, state);
    deliveries.deliverQoS = (packet, done) => {
      if (packet.qos === 0) {
        deliveries.deliver0(packet, done);
        return;
      }
      const isQueued = this.#options.queue(client, packet);
      if (state.unacknowledged.size < MAX_UNACKNOWLEDGED) deliver(state, packet, done);
      else {
        if (!isQueued) state.waiting.push(packet);
        done();
      }
    };
  }

  isFull(client: Client): boolean {
    return (this.#states.get(client)?.unacknowledged.size ?? 0) >= MAX_UNACKNOWLEDGED;
  }

  /** Sends a message with QoS 1. */
  send(client: Client, packet: AedesPublishPacket): void {
    (client as Client & Deliveries).deliverQoS(packet, ignore);
  }

  /** A message is about to be sent; one with QoS 1 that has no id yet gets it here. */
  sending(client: Client, packet: AedesPublishPacket): void {
    const state = this.#states.get(client);
    if (state === undefined || packet.qos !== 1) return;
    if (packet.messageId === undefined) {
      if (!state.isDelivering) return;
      packet.messageId = takeMessageId(client as Client & Deliveries);
    }
    const now = this.#options.clock.now();
    const { firstSentAt = now } = state.unacknowledged.get(packet.messageId) ?? {};
    state.unacknowledged.set(packet.messageId, { packet, firstSentAt, sentAt: now });
    this.#resendLater(client, state);
  }

  acknowledged(client: Client, messageId: number): void {
    const state = this.#states.get(client);
    if (state?.unacknowledged.delete(messageId) !== true) return;
    const next = state.waiting.shift();
    // aedes takes numbers that are not the latest for those of messages that it has delivered.
    if (next !== undefined) deliver(state, { ...next, brokerId: '' }, ignore);
    else this.#options.onRoom(client);
  }

  #resendLater(client: Client, state: State): void {
    if (state.timer !== undefined) return;
    state.timer = setTimeout(() => {
      state.timer = undefined;
      if (!client.closed) this.#resend(client, state);
    }, this.#options.resendMs);
    state.timer.unref();
  }

  #resend(client: Client, state: State): void {
    const { clock, resendMs, onGivenUp } = this.#options;
    const now = clock.now();
    for (const [messageId, { packet, firstSentAt, sentAt }] of [...state.unacknowledged]) {
      if (now - firstSentAt >= GIVE_UP_MS) {
        state.unacknowledged.delete(messageId);
        onGivenUp(client, packet.payload as Buffer);
      } else if (now - sentAt >= resendMs) {
        deliver(state, { ...packet, messageId, brokerId: '' }, ignore);
      }
    }
    if (state.unacknowledged.size > 0) this.#resendLater(client, state);
  }
}

function deliver(state: State, packet: AedesPublishPacket, done: () => void): void {
  // aedes asks whether to forward it before it returns.
  state.isDelivering = true;
  state.deliver(packet, done);
  state.isDelivering = false;
}

/** Not the id of a message that is not acknowledged, of which there are a hundred at most. */
function takeMessageId(client: Pick<Deliveries, '_nextId'>): number {
  const messageId = client._nextId;
  client._nextId = messageId >= MAX_MESSAGE_ID ? 1 : messageId + 1;
  return messageId;
}
