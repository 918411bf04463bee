import { issued, type TestCertificate } from '@device-lifecycle/test-kit/certificates.ts';
import { systemClock } from '../../src/clock.ts';
import { IotRegistry } from '../../src/iot/iot-registry.ts';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';

const ANYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }],
});

/** Made once for a file: a key takes longer to make than most tests do. */
let certificate: Promise<TestCertificate> | undefined;

/** The certificate of clients of which a test wants nothing but that they are let in. */
export function certificateOfAnybody(): Promise<TestCertificate> {
  certificate ??= issued();
  return certificate;
}

/** A registry with that certificate, which may do anything, under any client id. */
export async function registryOfAnybody(): Promise<IotRegistry> {
  const registry = new IotRegistry({ region: REGION, accountId: ACCOUNT_ID, clock: systemClock });
  const { cert: certificatePem } = await certificateOfAnybody();
  const { certificateArn } = registry.certificates.add({
    certificatePem,
    status: 'ACTIVE',
    certificateMode: 'DEFAULT',
  });
  registry.policies.create('anything', ANYTHING);
  registry.policies.attach('anything', certificateArn);
  return registry;
}
