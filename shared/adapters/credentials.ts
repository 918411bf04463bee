import type { IoTClient } from '@aws-sdk/client-iot';
import type { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { Credentials } from '../ports.ts';
import { closeConnection, describeCertificate, listCertificateIds, setStatus } from './certificates.ts';

/** Certificates in AWS IoT's registry, and connections at its broker. */
export const createCredentials = (iot: IoTClient, iotData: IoTDataPlaneClient): Credentials => ({
  listCertificateIds: (thingName) => listCertificateIds(iot, thingName),
  describeCertificate: (certificateId) => describeCertificate(iot, certificateId),
  setStatus: (certificateId, status) => setStatus(iot, certificateId, status),
  closeConnection: (clientId) => closeConnection(iotData, clientId),
});
