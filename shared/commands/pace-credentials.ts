import { createTokenBucket } from '../domain/token-bucket.ts';
import type { Credentials } from '../ports.ts';

/**
 * The same, with no more calls a second than `perSecond` to each of the operations that AWS IoT limits most: looking a
 * certificate up and changing its status are 10 a second for a whole account, unless AWS was asked for more.
 */
export function paceCredentials(
  credentials: Credentials,
  perSecond: number,
  time: { readonly clock: () => number; readonly sleep: (ms: number) => Promise<void> },
): Credentials {
  const listing = createTokenBucket(perSecond, time);
  const describing = createTokenBucket(perSecond, time);
  const updating = createTokenBucket(perSecond, time);
  return {
    async listCertificateIds(thingName) {
      await listing.take();
      return credentials.listCertificateIds(thingName);
    },
    async describeCertificate(certificateId) {
      await describing.take();
      return credentials.describeCertificate(certificateId);
    },
    async setStatus(certificateId, status) {
      await updating.take();
      return credentials.setStatus(certificateId, status);
    },
    closeConnection: (clientId) => credentials.closeConnection(clientId),
  };
}
