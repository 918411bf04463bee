import type { IoTClient } from '@aws-sdk/client-iot';
import type { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { Credentials } from '../ports.ts';
import { closeConnection, describeCertificate, listPrincipals, setStatus } from './certificates.ts';

/** Certificates in AWS IoT's registry, and connections at its broker. */
export const createCredentials = (iot: IoTClient, iotData: IoTDataPlaneClient): Credentials => ({
  listCertificateIds: async (thingName) => (await listPrincipals(iot, thingName)).certificateIds,
  describeCertificate: (certificateId) => describeCertificate(iot, certificateId),
  setStatus: (certificateId, status) => setStatus(iot, certificateId, status),
  closeConnection: (clientId) => closeConnection(iotData, clientId),
});
