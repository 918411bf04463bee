import { createTokenBucket } from '../domain/token-bucket.ts';
import type { Credentials, Remains } from '../ports.ts';

interface Time {
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The same, with no more calls a second than `perSecond` to each of the `operations`. */
function pace<T extends object, Name extends keyof T>(
  target: T,
  operations: readonly Name[],
  { perSecond, ...time }: Time & { readonly perSecond: number },
): T {
  const paced = { ...target };
  for (const name of operations) {
    const bucket = createTokenBucket(perSecond, time);
    const call = target[name] as (...parameters: unknown[]) => Promise<unknown>;
    paced[name] = (async (...parameters: unknown[]) => {
      await bucket.take();
      return call.apply(target, parameters);
    }) as T[Name];
  }
  return paced;
}

/**
 * The same, with no more calls a second than `perSecond` to each of the operations that AWS IoT limits most: looking a
 * certificate up and changing its status are 10 a second for a whole account, unless AWS was asked for more.
 */
export const paceCredentials = (credentials: Credentials, perSecond: number, time: Time): Credentials =>
  pace(credentials, ['listCertificateIds', 'describeCertificate', 'setStatus'], { ...time, perSecond });

/** The same for what is removed, with the operations of which an account has as few. */
export const paceRemains = (remains: Remains, perSecond: number, time: Time): Remains =>
  pace(
    remains,
    ['listPrincipals', 'describeCertificate', 'revokeCertificate', 'detachCertificate', 'deleteCertificate'],
    { ...time, perSecond },
  );
