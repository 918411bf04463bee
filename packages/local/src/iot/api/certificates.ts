import type { Members } from '../../protocol/members.ts';
import { pageOf } from '../../protocol/page.ts';
import type { CertificateRecord } from '../certificates.ts';
import { InvalidCsrError, invalidRequest } from '../errors.ts';
import {
  type ApiContext,
  BY_MARKER,
  epochSeconds,
  NOTHING,
  type Operations,
  pageMembers,
  sequenceKey,
} from './operation.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CreateKeysAndCertificate.html and its neighbours */
export const certificateOperations: Operations = {
  CreateKeysAndCertificate: {
    http: 'POST /keys-and-certificate',
    members: ['setAsActive'],
    answer: async (input, { registry, authority }) => {
      const issued = await authority.issueDeviceCertificate();
      const { certificateArn, certificateId, certificatePem } = registry.certificates.add({
        certificatePem: issued.certificatePem,
        status: input.optionalFlag('setAsActive') ? 'ACTIVE' : 'INACTIVE',
        certificateMode: 'DEFAULT',
      });
      const keyPair = { PublicKey: issued.publicKeyPem, PrivateKey: issued.privateKeyPem };
      return { certificateArn, certificateId, certificatePem, keyPair };
    },
  },
  CreateCertificateFromCsr: {
    http: 'POST /certificates',
    members: ['certificateSigningRequest', 'setAsActive'],
    answer: async (input, { registry, authority }) => {
      const { certificateArn, certificateId, certificatePem } = registry.certificates.add({
        certificatePem: await certify(input.text('certificateSigningRequest'), authority),
        status: input.optionalFlag('setAsActive') ? 'ACTIVE' : 'INACTIVE',
        certificateMode: 'DEFAULT',
      });
      return { certificateArn, certificateId, certificatePem };
    },
  },
  RegisterCertificateWithoutCA: {
    http: 'POST /certificate/register-no-ca',
    members: ['certificatePem', 'status'],
    answer: (input, { registry }) => {
      const { certificateArn, certificateId } = registry.certificates.add({
        certificatePem: input.text('certificatePem'),
        status: input.optionalEnum('status', ['ACTIVE', 'INACTIVE']) ?? 'INACTIVE',
        certificateMode: 'SNI_ONLY',
      });
      return { certificateArn, certificateId };
    },
  },
  DescribeCertificate: {
    http: 'GET /certificates/{certificateId}',
    members: [],
    answer: (input, { registry, accountId }) => {
      const certificate = registry.certificates.get(certificateIdOf(input));
      return { certificateDescription: described(certificate, accountId) };
    },
  },
  ListCertificates: {
    http: 'GET /certificates',
    members: ['ascendingOrder', ...pageMembers(BY_MARKER)],
    answer: (input, { registry }) => {
      const all = registry.certificates.all();
      const ordered = input.optionalFlag('ascendingOrder') === true ? all : all.reverse();
      const { items, next } = pageOf(ordered, input, BY_MARKER, sequenceKey);
      return { certificates: items.map(summary), ...next };
    },
  },
  UpdateCertificate: {
    http: 'PUT /certificates/{certificateId}',
    members: ['newStatus'],
    answer: (input, { registry }) => {
      registry.certificates.setStatus(certificateIdOf(input), input.text('newStatus'));
      return NOTHING;
    },
  },
  DeleteCertificate: {
    http: 'DELETE /certificates/{certificateId}',
    members: ['forceDelete'],
    answer: (input, { registry }) => {
      registry.deleteCertificate(certificateIdOf(input), input.optionalFlag('forceDelete') ?? false);
      return NOTHING;
    },
  },
};

async function certify(csrPem: string, authority: ApiContext['authority']): Promise<string> {
  try {
    return await authority.certify(csrPem);
  } catch (error) {
    if (error instanceof InvalidCsrError) throw invalidRequest(error.message);
    throw error;
  }
}

function certificateIdOf(input: Members): string {
  const certificateId = input.text('certificateId');
  if (/^(0x)?[a-fA-F0-9]{64}$/.test(certificateId)) return certificateId.toLowerCase().replace(/^0x/, '');
  throw invalidRequest(`${certificateId} is no certificate id: it has 64 hexadecimal digits.`);
}

function summary(certificate: CertificateRecord): object {
  const { certificateArn, certificateId, status, certificateMode, creationDateMs } = certificate;
  return {
    certificateArn,
    certificateId,
    status,
    certificateMode,
    creationDate: epochSeconds(creationDateMs),
  };
}

function described(certificate: CertificateRecord, accountId: string): object {
  const { certificatePem, generationId, lastModifiedDateMs, validity } = certificate;
  return {
    ...summary(certificate),
    certificatePem,
    ownedBy: accountId,
    lastModifiedDate: epochSeconds(lastModifiedDateMs),
    customerVersion: 1,
    generationId,
    validity: {
      notBefore: epochSeconds(validity.notBeforeMs),
      notAfter: epochSeconds(validity.notAfterMs),
    },
  };
}
