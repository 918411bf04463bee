import {
  CertificateStateException,
  DeleteCertificateCommand,
  DeleteConflictException,
  DeleteThingCommand,
  DetachThingPrincipalCommand,
  InvalidRequestException,
  type IoTClient,
  ListThingGroupsForThingCommand,
  RemoveThingFromThingGroupCommand,
} from '@aws-sdk/client-iot';
import {
  DeleteThingShadowCommand,
  GetThingShadowCommand,
  type IoTDataPlaneClient,
  ListNamedShadowsForThingCommand,
} from '@aws-sdk/client-iot-data-plane';
import type { Remains } from '../ports.ts';
import { closeConnection, describeCertificate, listPrincipals, setStatus } from './certificates.ts';
import { call, fault, listAll } from './iot-calls.ts';

/** The classic shadow has no name. */
const shadowOf = (thingName: string, shadowName: string) =>
  shadowName === '' ? { thingName } : { thingName, shadowName };

/** AWS IoT tells this from other bad requests by the message alone. */
const isStillAttached = (error: unknown): boolean =>
  error instanceof InvalidRequestException && /still attached/i.test(error.message);

/** A dynamic group lets go of a thing by itself, and of one that is deleted at once. */
const isOfDynamicGroup = (error: unknown): boolean =>
  error instanceof InvalidRequestException && /dynamic/i.test(error.message);

/**
 * What AWS IoT keeps of a device: its thing, and all that is there by that name.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteThing.html
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteCertificate.html
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-data-flow.html shadows outlive their thing
 */
export const createRemains = (iot: IoTClient, iotData: IoTDataPlaneClient): Remains => ({
  listPrincipals: (thingName) => listPrincipals(iot, thingName),
  describeCertificate: (certificateId) => describeCertificate(iot, certificateId),
  closeConnection: (clientId) => closeConnection(iotData, clientId),

  async revokeCertificate(certificateId) {
    await setStatus(iot, certificateId, 'REVOKED');
  },

  async detachCertificate(principal, thingName) {
    await call(() => iot.send(new DetachThingPrincipalCommand({ principal, thingName })), undefined);
  },

  async deleteCertificate(certificateId) {
    try {
      // By force: with its policies attached, which then lose a target and nothing else.
      await iot.send(new DeleteCertificateCommand({ certificateId, forceDelete: true }));
      return 'deleted';
    } catch (error) {
      if (error instanceof DeleteConflictException || isStillAttached(error)) return 'attached';
      // Its new status has not got everywhere yet.
      if (error instanceof CertificateStateException) return 'attached';
      return call(() => Promise.reject(error), 'deleted');
    }
  },

  async listBelongings(thingName) {
    const thingGroups = await call(
      () =>
        listAll(async (nextToken) => {
          const answer = await iot.send(new ListThingGroupsForThingCommand({ thingName, nextToken }));
          const names = answer.thingGroups?.flatMap(({ groupName }) => groupName ?? []);
          return { items: names, nextToken: answer.nextToken };
        }),
      [],
    );
    const named = await call(
      () =>
        listAll(async (nextToken) => {
          const answer = await iotData.send(new ListNamedShadowsForThingCommand({ thingName, nextToken }));
          return { items: answer.results, nextToken: answer.nextToken };
        }),
      [],
    );
    const classic = await call(() => iotData.send(new GetThingShadowCommand({ thingName })), undefined);
    return { thingGroups, shadows: classic === undefined ? named : ['', ...named] };
  },

  async removeFromThingGroup(thingName, thingGroupName) {
    try {
      const request = new RemoveThingFromThingGroupCommand({ thingName, thingGroupName });
      await call(() => iot.send(request), undefined);
    } catch (error) {
      if (!isOfDynamicGroup(error)) throw error;
    }
  },

  async deleteShadow(thingName, shadowName) {
    await call(() => iotData.send(new DeleteThingShadowCommand(shadowOf(thingName, shadowName))), undefined);
  },

  async deleteThing(thingName) {
    try {
      await call(() => iot.send(new DeleteThingCommand({ thingName })), undefined);
      return 'deleted';
    } catch (error) {
      if (isStillAttached(error)) return 'attached';
      throw fault(error);
    }
  },
});
