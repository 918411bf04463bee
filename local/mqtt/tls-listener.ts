import { createServer, type Server, type TLSSocket } from 'node:tls';

/** How the endpoint shows who it is. */
export interface EndpointCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface TlsHandlers {
  /** The handshake is done; the client holds the key of the certificate that it gave, if it gave one. */
  readonly accept: (socket: TLSSocket) => void;
  /** The handshake failed. */
  readonly refuse: (error: Error) => void;
}

/** Source: AWS IoT developer guide, "Device communication protocols", ALPN. */
const ALPN_PROTOCOLS = ['x-amzn-mqtt-ca', 'mqtt'];
const HANDSHAKE_TIMEOUT_MS = 30_000;

/**
 * A server that asks each client for a certificate. Who has issued it says nothing, so that Node.js verifies no chain
 * and the certificate is judged after the handshake: a client that is turned away sees its connection closed before
 * a CONNACK, without a TLS alert, which Node.js can't send. With TLS 1.3 a client takes the handshake for done before
 * the server has seen its certificate, on AWS too (aws/aws-iot-device-sdk-embedded-C#1920 observes the same there
 * with TLS 1.2). Source: AWS IoT developer guide, "Transport security in AWS IoT Core".
 */
export function createTlsServer(
  { certPem, keyPem }: EndpointCertificate,
  { accept, refuse }: TlsHandlers,
): Server {
  const server = createServer({
    cert: certPem,
    key: keyPem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ALPN_PROTOCOLS,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
  server.on('secureConnection', accept);
  server.on('tlsClientError', refuse);
  return server;
}
