import type { CertificateState } from '../../../shared/domain/credentials.ts';
import { Throttled } from '../../../shared/errors.ts';
import type { Credentials } from '../../../shared/ports.ts';

/** AWS IoT's registry as far as {@link Credentials} go, with a look behind it. */
export interface FakeRegistry extends Credentials {
  add(certificateId: string, state?: Partial<Omit<CertificateState, 'certificateId'>>): void;
  statusOf(certificateId: string): string | undefined;
  /** By hand, past the service. */
  set(certificateId: string, status: string): void;
  /** What was called that changes something, in order. */
  readonly changes: readonly string[];
  /** How often the listing was asked. */
  readonly listings: number;
  /** So many calls are throttled from now on. */
  throttle(calls: number): void;
}

export function createFakeRegistry(): FakeRegistry {
  const certificates = new Map<string, CertificateState>();
  const changes: string[] = [];
  let listings = 0;
  let throttled = 0;
  function answer() {
    if (throttled === 0) return;
    throttled -= 1;
    throw new Throttled('AWS IoT throttled the request. Try again.');
  }
  return {
    changes,
    get listings() {
      return listings;
    },
    add(certificateId, state = {}) {
      certificates.set(certificateId, {
        certificateId,
        status: 'ACTIVE',
        thingNames: ['sensor-1'],
        ...state,
      });
    },
    statusOf: (certificateId) => certificates.get(certificateId)?.status,
    set(certificateId, status) {
      const state = certificates.get(certificateId);
      if (state !== undefined) certificates.set(certificateId, { ...state, status });
    },
    throttle(calls) {
      throttled = calls;
    },
    async listCertificateIds(thingName) {
      answer();
      listings += 1;
      return [...certificates.values()]
        .filter(({ thingNames }) => thingNames.includes(thingName))
        .map(({ certificateId }) => certificateId);
    },
    async describeCertificate(certificateId) {
      answer();
      return certificates.get(certificateId);
    },
    async setStatus(certificateId, status) {
      answer();
      const state = certificates.get(certificateId);
      if (state === undefined) return 'missing';
      if (state.status === 'REVOKED') return 'refused';
      changes.push(`${certificateId} ${status}`);
      certificates.set(certificateId, { ...state, status });
      return 'done';
    },
    async closeConnection(clientId) {
      answer();
      changes.push(`${clientId} disconnected`);
    },
  };
}
