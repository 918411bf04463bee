import { type Collections, memoryCollections } from '../data/collections.ts';
import type { CertificateAuthority, ServerCertificate } from './certificate-authority.ts';
import { IotRegistry, type RegistryOptions } from './iot-registry.ts';

/**
 * The authority of an earlier runtime, by its root. What makes certificates takes a tenth of a second to load, and is
 * loaded for the first one that is asked for.
 */
export function openKeptAuthority(root: ServerCertificate): CertificateAuthority {
  let loading: Promise<CertificateAuthority> | undefined;
  const load = async () => {
    const { createCertificateAuthority } = await import('./certificate-authority.ts');
    return createCertificateAuthority(root);
  };
  const loaded = (): Promise<CertificateAuthority> => {
    loading ??= load();
    return loading;
  };
  return {
    caPem: root.certPem,
    root,
    issueServerCertificate: async (hosts) => (await loaded()).issueServerCertificate(hosts),
    issueDeviceCertificate: async () => (await loaded()).issueDeviceCertificate(),
    certify: async (csrPem) => (await loaded()).certify(csrPem),
  };
}

/** AWS IoT on this machine: who it is to its clients, and whom it knows. */
export interface IotIdentity {
  readonly registry: IotRegistry;
  readonly authority: CertificateAuthority;
  /** Of the MQTT broker. */
  readonly endpointCertificate: ServerCertificate;
}

/** The registry, and an authority that clients know as `hosts`: those of the collections, or empty and new ones. */
export async function createIotIdentity(
  options: RegistryOptions,
  hosts: readonly string[],
): Promise<IotIdentity> {
  const certificates = openCertificates(options.collections ?? memoryCollections);
  const root = certificates.get('root');
  const authority = root === undefined ? await createAuthority() : openKeptAuthority(root);
  const endpointCertificate = certificates.get('endpoint') ?? (await authority.issueServerCertificate(hosts));
  certificates.set('root', authority.root).set('endpoint', endpointCertificate);
  return { registry: new IotRegistry(options), authority, endpointCertificate };
}

/** What makes certificates is not loaded where an authority is kept. */
async function createAuthority(): Promise<CertificateAuthority> {
  const { createCertificateAuthority } = await import('./certificate-authority.ts');
  return createCertificateAuthority();
}

/** With their private keys. */
function openCertificates(collections: Collections): Map<string, ServerCertificate> {
  return collections.open('serverCertificates');
}
