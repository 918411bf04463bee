import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { RuntimeLog } from '../contracts.ts';
import { listen } from '../listen.ts';

/** How the endpoint shows who it is. */
export interface EndpointCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

interface ListenerOptions {
  readonly log: RuntimeLog;
  readonly certificate: EndpointCertificate;
  /** Says why a client's certificate is not accepted. */
  readonly authenticate: (socket: TLSSocket) => string | undefined;
  /** Takes a connection whose messages may be read. */
  readonly accept: (socket: TLSSocket) => void;
}

/** Source: AWS IoT developer guide, "Device communication protocols", ALPN. */
const ALPN_PROTOCOLS = ['x-amzn-mqtt-ca', 'mqtt'];
const HANDSHAKE_TIMEOUT_MS = 30_000;
/** How long a client that is turned away has to see that it is. */
const FAREWELL_MS = 1000;

/**
 * Listens for connections over mutual TLS, and knows which are open. Who has issued a client's certificate says
 * nothing, so that Node.js verifies no chain and the certificate is judged after the handshake: a client that is turned
 * away sees its connection closed before a CONNACK, without a TLS alert, which Node.js can't send. With TLS 1.3 a client
 * takes the handshake for done before the server has seen its certificate, on AWS too
 * (aws/aws-iot-device-sdk-embedded-C#1920 observes the same there with TLS 1.2). Source: AWS IoT developer guide,
 * "Transport security in AWS IoT Core".
 */
export class Listener {
  readonly #server: Server;
  readonly #log: RuntimeLog;
  readonly #sockets = new Set<Socket>();
  #isClosing = false;

  constructor({ log, certificate, authenticate, accept }: ListenerOptions) {
    this.#log = log;
    this.#server = createServer({
      cert: certificate.certPem,
      key: certificate.keyPem,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ALPN_PROTOCOLS,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    });
    this.#server.prependListener('connection', (socket) => this.#keep(socket));
    this.#server.on('secureConnection', (socket) => {
      const reason = authenticate(socket);
      if (reason === undefined) accept(socket);
      else this.#turnAway(socket, reason);
    });
    this.#server.on('tlsClientError', ({ message }) => this.#warn(`${message}; connect with TLS 1.2 or 1.3`));
  }

  /** Throws `PortInUseError`. */
  listen(host: string, port: number): Promise<void> {
    return listen(this.#server, { host, port, option: '--mqtt-port' });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
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
