import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';

export interface PublisherOptions {
  readonly port: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly clientId: string;
}

const KEEP_ALIVE_SECONDS = 1_200;
/** CONNACK and PUBACK, the only packets that come, are equally long. [MQTT-3.2, 3.4] */
const ANSWER_BYTES = 4;
const CONNACK = 0x20;
const PUBACK = 0x40;

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

/**
 * An MQTT client that does nothing but publish the same heartbeat with QoS 1, for a tenth of what a whole client costs,
 * so that it is the broker which is measured.
 */
export class Publisher {
  readonly #socket: TLSSocket;
  readonly #publish: Buffer;
  readonly #messageIdAt: number;
  #messageId = 0;
  #received: Buffer = Buffer.alloc(0);
  /** What the connection ended with. */
  #error: Error | undefined;
  #onAnswer: (firstByte: number) => void = () => undefined;

  private constructor(socket: TLSSocket, clientId: string) {
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
  static async connect({ clientId, ...options }: PublisherOptions): Promise<Publisher> {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', ...options }).setNoDelay(true);
    await once(socket, 'secureConnect');
    const publisher = new Publisher(socket, clientId);
    socket.write(connectPacket(clientId));
    await publisher.#answer(CONNACK);
    return publisher;
  }

  /** Publishes while `takeOne` says so, `inFlight` messages at a time; resolves when all of them are acknowledged. */
  async publishWhile(takeOne: () => boolean, inFlight: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let unacknowledged = 0;
    const send = () => {
      while (unacknowledged < inFlight && takeOne()) {
        unacknowledged += 1;
        this.#send();
      }
      if (unacknowledged === 0) resolve();
    };
    this.#onAnswer = (firstByte) => {
      if (firstByte !== PUBACK) reject(new Error(`No PUBACK, but a packet ${firstByte}.`));
      unacknowledged -= 1;
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
    const whole = bytes.length - (bytes.length % ANSWER_BYTES);
    for (let at = 0; at < whole; at += ANSWER_BYTES) this.#onAnswer(bytes[at] ?? 0);
    this.#received = bytes.subarray(whole);
  }
}
