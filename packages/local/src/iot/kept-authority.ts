import type { CertificateAuthority, ServerCertificate } from './certificate-authority.ts';

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
