import {
  type CertificateAuthority,
  createCertificateAuthority,
  type ServerCertificate,
} from './iot/certificate-authority.ts';
import { IotRegistry, type RegistryOptions } from './iot/iot-registry.ts';

/** AWS IoT on this machine: who it is to its clients, and whom it knows. */
export interface IotIdentity {
  readonly registry: IotRegistry;
  readonly authority: CertificateAuthority;
  /** Of the MQTT broker. */
  readonly endpointCertificate: ServerCertificate;
}

/** An empty registry, and an authority that clients know as `hosts`. */
export async function createIotIdentity(
  options: RegistryOptions,
  hosts: readonly string[],
): Promise<IotIdentity> {
  const authority = await createCertificateAuthority();
  const endpointCertificate = await authority.issueServerCertificate(hosts);
  return { registry: new IotRegistry(options), authority, endpointCertificate };
}
