import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { AwsError } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';

import { AlreadyExistsError, certificateState, invalidRequest, notFound } from './errors.ts';
import {
  type Arns,
  type Certificate,
  type CertificateStatus,
  type Changes,
  nextSequence,
} from './registry.ts';

export interface CertificateRecord extends Certificate {
  /** Whether AWS IoT knows the certificate authority; without it, clients have to send the server's name. */
  readonly certificateMode: 'DEFAULT' | 'SNI_ONLY';
  /** Orders certificates by when they were made or registered. */
  readonly sequence: number;
  readonly generationId: string;
  readonly creationDateMs: number;
  readonly lastModifiedDateMs: number;
  /** Epoch milliseconds. */
  readonly validity: { readonly notBeforeMs: number; readonly notAfterMs: number };
}

interface CertificateInput {
  readonly certificatePem: string;
  readonly status: CertificateStatus;
  readonly certificateMode: CertificateRecord['certificateMode'];
}

/** Those that a certificate can be given; the others are AWS IoT's own. */
const GIVEN: readonly string[] = ['ACTIVE', 'INACTIVE', 'REVOKED'] satisfies CertificateStatus[];

/** The certificates of the registry and their states. */
export class Certificates {
  readonly #arns: Arns;
  readonly #clock: Clock;
  readonly #changes: Changes;
  readonly #byId: Map<string, CertificateRecord>;
  #sequence: number;

  constructor(arns: Arns, clock: Clock, changes: Changes, collections: Collections) {
    this.#arns = arns;
    this.#clock = clock;
    this.#changes = changes;
    this.#byId = collections.open('certificates');
    this.#sequence = nextSequence(this.#byId);
  }

  find(certificateId: string): CertificateRecord | undefined {
    return this.#byId.get(certificateId);
  }

  /** Throws `ResourceNotFoundException`. */
  get(certificateId: string): CertificateRecord {
    const certificate = this.#byId.get(certificateId);
    if (certificate === undefined) throw notFound(`Certificate ${certificateId} does not exist.`);
    return certificate;
  }

  /** The oldest first. */
  all(): CertificateRecord[] {
    return [...this.#byId.values()];
  }

  /** Throws `CertificateValidationException` and `ResourceAlreadyExistsException`. */
  add({ certificatePem, status, certificateMode }: CertificateInput): CertificateRecord {
    const certificate = parse(certificatePem);
    const certificateId = createHash('sha256').update(certificate.raw).digest('hex');
    const certificateArn = this.#arns.of('cert', certificateId);
    if (this.#byId.has(certificateId)) {
      throw new AlreadyExistsError('The certificate is already provisioned or registered', {
        resourceId: certificateId,
        resourceArn: certificateArn,
      });
    }
    const nowMs = this.#clock.now();
    const record: CertificateRecord = {
      certificateId,
      certificateArn,
      certificatePem: certificate.toString(),
      status,
      certificateMode,
      sequence: this.#sequence++,
      generationId: randomUUID(),
      creationDateMs: nowMs,
      lastModifiedDateMs: nowMs,
      validity: {
        notBeforeMs: Date.parse(certificate.validFrom),
        notAfterMs: Date.parse(certificate.validTo),
      },
    };
    this.#byId.set(certificateId, record);
    this.#changes.emit('certificate', certificateId);
    return record;
  }

  /**
   * Gives it another status. A revoked one stays so: AWS IoT developer guide, "Revoke a client certificate". Throws
   * `CertificateStateException` for that, and `InvalidRequestException` for a status that is AWS IoT's own.
   */
  setStatus(certificateId: string, status: string): void {
    const certificate = this.get(certificateId);
    if (!isGiven(status))
      throw invalidRequest(`newStatus must be one of ${GIVEN.join(', ')}, not ${status}.`);
    if (certificate.status === status) return;
    if (certificate.status === 'REVOKED') {
      throw certificateState(`Certificate ${certificateId} is revoked, which can't be undone.`);
    }
    this.#byId.set(certificateId, { ...certificate, status, lastModifiedDateMs: this.#clock.now() });
    this.#changes.emit('certificate', certificateId);
  }

  /** Throws `CertificateStateException` for an active one. */
  assertDeletable({ certificateId, status }: CertificateRecord): void {
    if (status !== 'ACTIVE') return;
    throw certificateState(
      `Certificate must be deactivated (not ACTIVE) before deletion. Id: ${certificateId}`,
    );
  }

  delete(certificateId: string): void {
    this.#byId.delete(certificateId);
    this.#changes.emit('certificate', certificateId);
  }
}

function isGiven(status: string): status is CertificateStatus {
  return GIVEN.includes(status);
}

function parse(certificatePem: string): X509Certificate {
  try {
    return new X509Certificate(certificatePem);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('CertificateValidationException', `The certificate can't be read as PEM: ${reason}`);
  }
}
