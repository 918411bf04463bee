import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';

export interface PublisherOptions {
  readonly port: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly clientId: string;
  /** Whether it subscribes to its own topics, with QoS 0. */
  readonly subscribes: boolean;
}

const KEEP_ALIVE_SECONDS = 1_200;
const CONNACK = 0x20;
const PUBACK = 0x40;
const SUBACK = 0x90;
/** PUBLISH with QoS 0. */
const DELIVERY = 0x30;

function field(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

/** Nothing longer is sent here, so that one byte tells the length. [MQTT-2.2.3] */
function packet(firstByte: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length > 127) throw new RangeError('The packet is too long.');
  return Buffer.concat([Buffer.from([firstByte, body.length]), body]);
}

const connectPacket = (clientId: string) => {
  // MQTT 3.1.1, clean session
  const variableHeader = Buffer.from([4, 2, KEEP_ALIVE_SECONDS >> 8, KEEP_ALIVE_SECONDS & 255]);
  return packet(0x10, field('MQTT'), variableHeader, field(clientId));
};

const subscribePacket = (clientId: string) =>
  packet(0x82, Buffer.from([0, 1]), field(`devices/${clientId}/+`), Buffer.from([0]));

/**
 * An MQTT client that does nothing but publish the same heartbeat with QoS 1, for a tenth of what a whole client costs,
 * so that it is the broker which is measured.
 */
export class Publisher {
  readonly #socket: TLSSocket;
  readonly #publish: Buffer;
  readonly #messageIdAt: number;
  /** Packets that come for each message: its PUBACK, and the message itself for a subscriber. */
  readonly #answersEach: number;
  #messageId = 0;
  #received: Buffer = Buffer.alloc(0);
  /** What the connection ended with. */
  #error: Error | undefined;
  #onAnswer: (firstByte: number) => void = () => undefined;

  private constructor(socket: TLSSocket, { clientId, subscribes }: PublisherOptions) {
    this.#answersEach = subscribes ? 2 : 1;
    const topic = field(`devices/${clientId}/heartbeat`);
    this.#socket = socket;
    this.#publish = packet(0x32, topic, Buffer.alloc(2), Buffer.from(`{"requestId":"${clientId}-123456"}`));
    this.#messageIdAt = 2 + topic.length;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => {
      this.#error = error;
    });
  }

  /** Resolves with the CONNACK, and rejects when there is none. */
  static async connect(options: PublisherOptions): Promise<Publisher> {
    const { port, ca, cert, key, clientId } = options;
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', port, ca, cert, key });
    await once(socket.setNoDelay(true), 'secureConnect');
    const publisher = new Publisher(socket, options);
    socket.write(connectPacket(clientId));
    await publisher.#answer(CONNACK);
    if (options.subscribes) {
      socket.write(subscribePacket(clientId));
      await publisher.#answer(SUBACK);
    }
    return publisher;
  }

  /** Publishes while `takeOne` says so, `inFlight` messages at a time; resolves when all of them are answered. */
  async publishWhile(takeOne: () => boolean, inFlight: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let unanswered = 0;
    const send = () => {
      while (unanswered <= (inFlight - 1) * this.#answersEach && takeOne()) {
        unanswered += this.#answersEach;
        this.#send();
      }
      if (unanswered === 0) resolve();
    };
    this.#onAnswer = (firstByte) => {
      if (firstByte !== PUBACK && firstByte !== DELIVERY) reject(new Error(`A packet ${firstByte} came.`));
      unanswered -= 1;
      send();
    };
    const onClose = () => reject(new Error('The broker has closed the connection.', { cause: this.#error }));
    this.#socket.once('close', onClose);
    send();
    await promise;
    this.#socket.off('close', onClose);
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(): void {
    this.#messageId = (this.#messageId % 65_535) + 1;
    const bytes = Buffer.from(this.#publish);
    bytes.writeUInt16BE(this.#messageId, this.#messageIdAt);
    this.#socket.write(bytes);
  }

  async #answer(expected: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#onAnswer = (firstByte) =>
      firstByte === expected ? resolve() : reject(new Error(`A packet ${firstByte} came.`));
    const onClose = () => reject(new Error('The broker has turned the client away.', { cause: this.#error }));
    this.#socket.once('close', onClose);
    await promise;
    this.#socket.off('close', onClose);
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let at = 0;
    for (let length = lengthOf(bytes, at); length !== undefined; length = lengthOf(bytes, at)) {
      this.#onAnswer(bytes[at] ?? 0);
      at += length;
    }
    this.#received = bytes.subarray(at);
  }
}

/** A packet's length in bytes; undefined while it has not come whole. None that comes is longer than 127. [MQTT-2.2.3] */
function lengthOf(bytes: Buffer, at: number): number | undefined {
  const remaining = bytes[at + 1];
  return remaining === undefined || at + 2 + remaining > bytes.length ? undefined : 2 + remaining;
}
