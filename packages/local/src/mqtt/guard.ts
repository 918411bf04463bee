import type { TLSSocket } from 'node:tls';
import type { Client, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import { type Refusal, refuseConnect, refusePublish, refuseSubscribe } from './access.ts';
import { type AuthoritySources, DeviceAuthority } from './device-authority.ts';
import type { Peer } from './presence.ts';

type Will = NonNullable<ConnectPacket['will']>;

/**
 * Decides who may connect and what clients may do: AWS IoT's limits and reserved topics, and beyond them what the
 * policies of a client's certificate allow. A refusal closes the connection.
 */
export class Guard {
  readonly #sources: AuthoritySources;
  readonly #authorities = new WeakMap<object, DeviceAuthority>();
  readonly #peers = new WeakMap<Client, Peer>();
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

  /** Why a connection can't be accepted; nothing when its certificate is known, active and valid. */
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

  /** The same object as long as the client has its id: it is asked for with every message. */
  peerOf(client: Client): Peer {
    const known = this.#peers.get(client);
    if (known?.clientId === client.id) return known;
    const { certificateId: principal, exclusiveThingName: thingName } = this.#authorityOf(client);
    const { remoteAddress } = client.conn as TLSSocket;
    const peer = {
      clientId: client.id,
      principal,
      ...(remoteAddress === undefined ? {} : { sourceIp: remoteAddress }),
      ...(thingName === undefined ? {} : { thingName }),
    };
    this.#peers.set(client, peer);
    return peer;
  }

  refuseConnect(client: Client, packet: ConnectPacket): Refusal | undefined {
    return refuseConnect(packet) ?? this.#authorityOf(client).refuseConnect(packet);
  }

  /** For messages and last wills. */
  refusePublish(client: Client, packet: PublishPacket | Will): Refusal | undefined {
    return refusePublish(packet) ?? this.#authorityOf(client).refusePublish(packet);
  }

  refuseSubscribe(client: Client, subscription: Subscription): Refusal | undefined {
    return refuseSubscribe(subscription) ?? this.#authorityOf(client).refuseSubscribe(subscription.topic);
  }

  /** A message that a client may not receive is not delivered, and nothing else. */
  mayReceive(client: Client, topic: string): boolean {
    return this.#authorityOf(client).mayReceive(topic);
  }

  #authorityOf({ conn }: Client): DeviceAuthority {
    const authority = this.#authorities.get(conn);
    if (authority === undefined) throw new Error('a connection has come past its authentication');
    return authority;
  }
}
