// The library under @peculiar/x509 asks for it to be there first.
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
} from '@aws-sdk/client-iot';
import { createFactory, type Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** One key for all devices, since AWS IoT's own keys take a tenth of a second each to make. */
async function createSharedKey() {
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=bench',
    keys,
    signingAlgorithm: ECDSA,
  });
  return {
    privateKey: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
    /** PKCS #10 */
    certificateSigningRequest: request.toString('pem'),
  };
}

/** Makes things by the thousand: each has a certificate of its own, but all of them have one key. */
export async function createFleet(stack: Pick<RunningStack, 'clientConfig' | 'policies'>) {
  const { privateKey, certificateSigningRequest } = await createSharedKey();
  const { iot, close } = createFactory(stack);
  return {
    close,
    async make(thingName: string): Promise<Identity> {
      const create = new CreateCertificateFromCsrCommand({ certificateSigningRequest, setAsActive: true });
      const [certificate] = await Promise.all([
        iot.send(create),
        iot.send(new CreateThingCommand({ thingName })),
      ]);
      const { certificateId = '', certificateArn = '', certificatePem = '' } = certificate;
      await Promise.all([
        iot.send(new AttachPolicyCommand({ policyName: stack.policies.device, target: certificateArn })),
        iot.send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn })),
      ]);
      return { thingName, certificateId, certificateArn, certificatePem, privateKey };
    },
  };
}
