import { createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { RuntimeLog } from '../contracts.ts';
import { listen } from '../listen.ts';
import { createTlsServer, type EndpointCertificate } from './tls-listener.ts';

/** The first byte of a TLS record with a handshake. RFC 8446, section 5.1 */
const TLS_HANDSHAKE = 0x16;
/** How long a client that is turned away has to see that it is. */
const FAREWELL_MS = 1000;

export interface ListenerOptions {
  readonly log: RuntimeLog;
  /** Takes a connection whose messages may be read. */
  readonly accept: (socket: Socket) => void;
  /** With it, mutual TLS; without it, plain TCP for everybody. */
  readonly certificate?: EndpointCertificate | undefined;
  /** Says why a client's certificate is not accepted. */
  readonly authenticate: (socket: TLSSocket) => string | undefined;
}

/** Listens for connections, and knows which are open. */
export class Listener {
  readonly #server: Server;
  readonly #log: RuntimeLog;
  readonly #sockets = new Set<Socket>();
  /** Connections that began with TLS where there is none. */
  readonly #tlsTried = new WeakSet<object>();
  #isClosing = false;

  constructor({ log, accept, certificate, authenticate }: ListenerOptions) {
    this.#log = log;
    this.#server =
      certificate === undefined
        ? createServer((socket) => {
            accept(socket);
            this.#watchForTls(socket);
          })
        : createTlsServer(certificate, {
            accept: (socket) => {
              const reason = authenticate(socket);
              if (reason === undefined) accept(socket);
              else this.#turnAway(socket, reason);
            },
            refuse: (error) => this.#warn(`${error.message}; connect with TLS 1.2 or 1.3`),
          });
    this.#server.prependListener('connection', (socket) => this.#keep(socket));
  }

  /** Throws `PortInUseError`. */
  listen(host: string, port: number): Promise<void> {
    return listen(this.#server, { host, port, option: '--mqtt-port' });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  hasTriedTls(socket: object): boolean {
    return this.#tlsTried.has(socket);
  }

  /** Accepts nobody any more, and ends every connection once `settled`. */
  async close(settled: Promise<unknown>): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await settled;
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.setNoDelay(true);
  }

  /** Whoever reads the socket reads by itself, so that listening takes nothing away from it. */
  #watchForTls(socket: Socket): void {
    socket.once('data', (chunk: Buffer) => {
      if (chunk[0] === TLS_HANDSHAKE) this.#tlsTried.add(socket);
    });
  }

  /**
   * Ends a connection, and reads nothing of it. The client may be sending its CONNECT: it has a moment for that, since
   * a connection that is reset under it ends some clients without a word.
   */
  #turnAway(socket: TLSSocket, reason: string): void {
    this.#warn(reason);
    socket.on('error', () => undefined).resume();
    socket.end();
    const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  #warn(reason: string): void {
    if (!this.#isClosing) this.#log.warn(`An MQTT connection was turned away: ${reason}`);
  }
}
