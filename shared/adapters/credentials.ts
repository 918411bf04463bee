import {
  CertificateStateException,
  DescribeCertificateCommand,
  InternalFailureException,
  type IoTClient,
  ListPrincipalThingsCommand,
  ListThingPrincipalsCommand,
  ResourceNotFoundException,
  ServiceUnavailableException,
  ThrottlingException,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, type IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { ServiceUnavailable, Throttled } from '../errors.ts';
import type { Credentials } from '../ports.ts';

const CERTIFICATE_ARN = /:cert\/([0-9a-f]{64})$/;

/** How the errors are called that both of AWS IoT's clients have, each in a class of its own. */
const isMissing = (error: unknown): boolean =>
  error instanceof ResourceNotFoundException || nameOf(error) === 'ResourceNotFoundException';
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

const UNAVAILABLE = new Set(['TimeoutError', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN']);

/** Names the passing fault that an error stands for; any other error as it is. */
function fault(error: unknown): unknown {
  const name = nameOf(error);
  if (error instanceof ThrottlingException || name === 'ThrottlingException') {
    return new Throttled('AWS IoT throttled the request. Try again.', { cause: error });
  }
  const isUnavailable =
    error instanceof ServiceUnavailableException ||
    error instanceof InternalFailureException ||
    name === 'InternalFailureException' ||
    name === 'ServiceUnavailableException' ||
    UNAVAILABLE.has(name) ||
    UNAVAILABLE.has(String(Object(error).code));
  return isUnavailable
    ? new ServiceUnavailable('AWS IoT does not answer. Try again.', { cause: error })
    : error;
}

/** What a call answers, or `missing` where AWS IoT does not know what it is about. */
async function call<T, Missing>(request: () => Promise<T>, missing: Missing): Promise<T | Missing> {
  try {
    return await request();
  } catch (error) {
    if (isMissing(error)) return missing;
    throw fault(error);
  }
}

/** All pages of a listing. Each call is made by its command's name, so that what a role has to allow can be told. */
async function listAll<T>(
  page: (
    nextToken: string | undefined,
  ) => Promise<{ readonly items: readonly T[] | undefined; readonly nextToken: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let nextToken: string | undefined;
  do {
    const { items = [], nextToken: next } = await page(nextToken);
    all.push(...items);
    nextToken = next;
  } while (nextToken !== undefined);
  return all;
}

/**
 * Certificates in AWS IoT's registry, and connections at its broker.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateCertificate.html
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html
 */
export const createCredentials = (iot: IoTClient, iotData: IoTDataPlaneClient): Credentials => ({
  listCertificateIds: (thingName) =>
    call(async () => {
      const principals = await listAll(async (nextToken) => {
        const answer = await iot.send(new ListThingPrincipalsCommand({ thingName, nextToken }));
        return { items: answer.principals, nextToken: answer.nextToken };
      });
      // Others are identities of Amazon Cognito.
      return principals.flatMap((principal) => CERTIFICATE_ARN.exec(principal)?.[1] ?? []);
    }, []),

  describeCertificate: (certificateId) =>
    call(async () => {
      const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));
      const { certificateArn: principal, status = 'UNKNOWN' } = certificateDescription ?? {};
      const thingNames = await listAll(async (nextToken) => {
        const answer = await iot.send(new ListPrincipalThingsCommand({ principal, nextToken }));
        return { items: answer.things, nextToken: answer.nextToken };
      });
      return { certificateId, status, thingNames };
    }, undefined),

  async setStatus(certificateId, newStatus) {
    try {
      await iot.send(new UpdateCertificateCommand({ certificateId, newStatus }));
      return 'done';
    } catch (error) {
      if (isMissing(error)) return 'missing';
      if (error instanceof CertificateStateException) return 'refused';
      throw fault(error);
    }
  },

  async closeConnection(clientId) {
    await call(() => iotData.send(new DeleteConnectionCommand({ clientId })), undefined);
  },
});
