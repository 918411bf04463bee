import {
  CertificateStateException,
  DescribeCertificateCommand,
  type IoTClient,
  ListPrincipalThingsCommand,
  ListThingPrincipalsCommand,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, type IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { AttachedPrincipals, RemainingCertificate } from '../ports.ts';
import { call, fault, isMissing, listAll } from './iot-calls.ts';

const CERTIFICATE_ARN = /:cert\/([0-9a-f]{64})$/;

/** What is attached to a thing; nothing for a thing that is not there. Others are identities of Amazon Cognito. */
export const listPrincipals = (iot: IoTClient, thingName: string): Promise<AttachedPrincipals> =>
  call(
    async () => {
      const principals = await listAll(async (nextToken) => {
        const answer = await iot.send(new ListThingPrincipalsCommand({ thingName, nextToken }));
        return { items: answer.principals, nextToken: answer.nextToken };
      });
      const certificateIds = principals.flatMap((principal) => CERTIFICATE_ARN.exec(principal)?.[1] ?? []);
      return { certificateIds, hasOthers: certificateIds.length < principals.length };
    },
    { certificateIds: [], hasOthers: false },
  );

/** `undefined` for one that is not there. */
export const describeCertificate = (
  iot: IoTClient,
  certificateId: string,
): Promise<RemainingCertificate | undefined> =>
  call(async () => {
    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));
    const { certificateArn = '', status = 'UNKNOWN', creationDate } = certificateDescription ?? {};
    const thingNames = await listAll(async (nextToken) => {
      const answer = await iot.send(new ListPrincipalThingsCommand({ principal: certificateArn, nextToken }));
      return { items: answer.things, nextToken: answer.nextToken };
    });
    return {
      certificateId,
      certificateArn,
      status,
      thingNames,
      ...(creationDate !== undefined && { createdAt: creationDate.getTime() }),
    };
  }, undefined);

/**
 * Also when it has the status already. `refused`: its state does not allow it, as once it is revoked.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateCertificate.html
 */
export async function setStatus(
  iot: IoTClient,
  certificateId: string,
  newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED',
): Promise<'done' | 'missing' | 'refused'> {
  try {
    await iot.send(new UpdateCertificateCommand({ certificateId, newStatus }));
    return 'done';
  } catch (error) {
    if (isMissing(error)) return 'missing';
    if (error instanceof CertificateStateException) return 'refused';
    throw fault(error);
  }
}

/**
 * Drops a client's session, if it has one.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html
 */
export async function closeConnection(iotData: IoTDataPlaneClient, clientId: string): Promise<void> {
  await call(() => iotData.send(new DeleteConnectionCommand({ clientId })), undefined);
}
