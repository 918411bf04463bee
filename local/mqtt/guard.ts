import type { TLSSocket } from 'node:tls';
import type { Client, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import { type Refusal, refuseConnect, refusePublish, refuseSubscribe } from './access.ts';
import { type AuthoritySources, DeviceAuthority } from './device-authority.ts';
import type { Peer } from './presence.ts';

type Will = NonNullable<ConnectPacket['will']>;

/** Decides who may connect and what clients may do. A refusal closes the connection. */
export interface Guard {
  /** Why a connection can't be accepted; nothing when its certificate is known, active and valid. */
  authenticate(socket: TLSSocket): string | undefined;
  peerOf(client: Client): Peer;
  refuseConnect(client: Client, packet: ConnectPacket): Refusal | undefined;
  /** For messages and last wills. */
  refusePublish(client: Client, packet: PublishPacket | Will): Refusal | undefined;
  refuseSubscribe(client: Client, subscription: Subscription): Refusal | undefined;
  /** A message that a client may not receive is not delivered, and nothing else. */
  mayReceive(client: Client, topic: string): boolean;
}

/** AWS IoT's limits and reserved topics, which hold for everybody, and nothing else. */
export const openGuard: Guard = {
  authenticate: () => undefined,
  peerOf: addressOf,
  refuseConnect: (_client, packet) => refuseConnect(packet),
  refusePublish: (_client, packet) => refusePublish(packet),
  refuseSubscribe: (_client, subscription) => refuseSubscribe(subscription),
  mayReceive: () => true,
};

/** The limits, and beyond them what the policies of a client's certificate allow. */
export class CertificateGuard implements Guard {
  readonly #sources: AuthoritySources;
  readonly #authorities = new WeakMap<object, DeviceAuthority>();
  /** By certificate id. */
  readonly #open = new Map<string, Set<TLSSocket>>();

  /** `disconnect` ends a connection that is not allowed any longer. */
  constructor(sources: AuthoritySources, disconnect: (socket: TLSSocket, refusal: Refusal) => void) {
    this.#sources = sources;
    sources.registry.onChange((certificateId) => {
      for (const socket of [...(this.#open.get(certificateId) ?? [])]) {
        const authority = this.#authorities.get(socket);
        authority?.reconsider();
        const refusal = authority?.refuseConnection();
        if (refusal !== undefined) disconnect(socket, refusal);
      }
    });
  }

  authenticate(socket: TLSSocket): string | undefined {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return 'it has no certificate';
    const authority = new DeviceAuthority(this.#sources, {
      certificate,
      certificateId: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      ...(socket.remoteAddress === undefined ? {} : { sourceIp: socket.remoteAddress }),
      ...(typeof socket.servername === 'string' ? { domainName: socket.servername } : {}),
    });
    const unknown = authority.whyUnknown();
    if (unknown === undefined) this.#keep(socket, authority);
    return unknown;
  }

  #keep(socket: TLSSocket, authority: DeviceAuthority): void {
    const { certificateId } = authority;
    const sockets = this.#open.get(certificateId) ?? new Set();
    this.#authorities.set(socket, authority);
    this.#open.set(certificateId, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.#open.get(certificateId) === sockets) this.#open.delete(certificateId);
    });
  }

  peerOf(client: Client): Peer {
    const { certificateId, exclusiveThingName: thingName } = this.#authorityOf(client);
    return {
      ...addressOf(client),
      principal: certificateId,
      ...(thingName === undefined ? {} : { thingName }),
    };
  }

  refuseConnect(client: Client, packet: ConnectPacket): Refusal | undefined {
    return refuseConnect(packet) ?? this.#authorityOf(client).refuseConnect(packet);
  }

  refusePublish(client: Client, packet: PublishPacket | Will): Refusal | undefined {
    return refusePublish(packet) ?? this.#authorityOf(client).refusePublish(packet);
  }

  refuseSubscribe(client: Client, subscription: Subscription): Refusal | undefined {
    return refuseSubscribe(subscription) ?? this.#authorityOf(client).refuseSubscribe(subscription.topic);
  }

  mayReceive(client: Client, topic: string): boolean {
    return this.#authorityOf(client).mayReceive(topic);
  }

  #authorityOf({ conn }: Client): DeviceAuthority {
    const authority = this.#authorities.get(conn);
    if (authority === undefined) throw new Error('a connection has come past its authentication');
    return authority;
  }
}

function addressOf({ id, conn }: Client): Peer {
  const { remoteAddress } = conn as Partial<TLSSocket>;
  return { clientId: id, ...(remoteAddress === undefined ? {} : { sourceIp: remoteAddress }) };
}
