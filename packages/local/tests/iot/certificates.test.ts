import { createHash, X509Certificate } from 'node:crypto';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  DeleteCertificateCommand,
  DeleteThingCommand,
  DescribeCertificateCommand,
  DetachThingPrincipalCommand,
  ListPrincipalThingsCommand,
  ListThingPrincipalsCommand,
  ListThingPrincipalsV2Command,
  paginateListCertificates,
  RegisterCertificateWithoutCACommand,
  type ThingPrincipalType,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import {
  expectError,
  type IotHarness,
  POLICY,
  startIotHarness,
} from '@device-lifecycle/test-kit/iot-harness.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../../src/iot/certificate-authority.ts';

const clock = new FakeClock();
let iot: IotHarness;
let slow: IotHarness;

beforeAll(async () => {
  iot = await startIotHarness();
  slow = await startIotHarness({ clock, detachDelayMs: 3_000 });
});

afterAll(async () => {
  await iot.close();
  await slow.close();
});

/** A certificate of somebody else's: making RSA keys takes long. */
async function foreignPem(): Promise<string> {
  return (await createCertificateAuthority()).caPem;
}

async function register(harness: IotHarness, status: 'ACTIVE' | 'INACTIVE' = 'ACTIVE') {
  const input = { certificatePem: await foreignPem(), status };
  const { certificateId = '', certificateArn = '' } = await harness.client.send(
    new RegisterCertificateWithoutCACommand(input),
  );
  return { certificateId, certificateArn };
}

const statusOf = (certificateId: string) => iot.registry.findCertificate(certificateId)?.status;

describe('a certificate', () => {
  it('comes with its keys, and is known by the hash of its DER', async () => {
    const created = await iot.client.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    const certificate = new X509Certificate(created.certificatePem ?? '');
    const certificateId = createHash('sha256').update(certificate.raw).digest('hex');
    expect(created).toMatchObject({
      certificateId,
      certificateArn: `arn:aws:iot:us-east-1:000000000000:cert/${certificateId}`,
      keyPair: {
        PublicKey: expect.stringContaining('BEGIN PUBLIC KEY'),
        PrivateKey: expect.stringContaining('BEGIN RSA PRIVATE KEY'),
      },
    });
    const described = await iot.client.send(new DescribeCertificateCommand({ certificateId }));
    expect(described.certificateDescription).toMatchObject({
      certificateId,
      certificatePem: created.certificatePem,
      status: 'ACTIVE',
      certificateMode: 'DEFAULT',
      ownedBy: '000000000000',
      validity: { notAfter: new Date('2049-12-31T23:59:59Z') },
    });
  });

  it('is inactive where nobody asks for more', async () => {
    const { certificateId = '' } = await iot.client.send(new CreateKeysAndCertificateCommand({}));
    expect(statusOf(certificateId)).toBe('INACTIVE');
  });

  it('is registered once, whoever has issued it', async () => {
    const certificatePem = await foreignPem();
    const input = { certificatePem, status: 'ACTIVE' as const };
    const { certificateId = '', certificateArn } = await iot.client.send(
      new RegisterCertificateWithoutCACommand(input),
    );
    expect(iot.registry.findCertificate(certificateId)).toMatchObject({
      status: 'ACTIVE',
      certificateMode: 'SNI_ONLY',
    });
    const again = iot.client.send(new RegisterCertificateWithoutCACommand(input));
    await expectError(again, 'ResourceAlreadyExistsException', 409);
    await expect(again).rejects.toMatchObject({ resourceId: certificateId, resourceArn: certificateArn });
  });

  it.each([
    [
      'no certificate',
      new RegisterCertificateWithoutCACommand({ certificatePem: 'x' }),
      'CertificateValidationException',
      '',
    ],
    [
      'no signing request',
      new CreateCertificateFromCsrCommand({ certificateSigningRequest: 'x' }),
      'InvalidRequestException',
      'PKCS',
    ],
  ] as const)('is not made of %s', async (_, command, name, part) => {
    // biome-ignore lint/suspicious/noExplicitAny: the commands have nothing in common but that they are sent
    await expectError(iot.client.send(command as any), name, 400, part);
  });

  it('changes its status as often as one likes, until it is revoked', async () => {
    const { certificateId } = await register(iot);
    const update = (newStatus: string) =>
      iot.client.send(new UpdateCertificateCommand({ certificateId, newStatus: newStatus as 'ACTIVE' }));
    for (const status of ['INACTIVE', 'INACTIVE', 'ACTIVE', 'REVOKED', 'REVOKED']) {
      await update(status);
      expect(statusOf(certificateId)).toBe(status);
    }
    await expectError(update('ACTIVE'), 'CertificateStateException', 406, 'revoked');
    await expectError(update('INACTIVE'), 'CertificateStateException', 406);
    for (const status of ['PENDING_TRANSFER', 'PENDING_ACTIVATION', 'GONE']) {
      await expectError(update(status), 'InvalidRequestException', 400, 'newStatus');
    }
    const unknown = new UpdateCertificateCommand({ certificateId: 'f'.repeat(64), newStatus: 'ACTIVE' });
    await expectError(iot.client.send(unknown), 'ResourceNotFoundException', 404);
  });

  it('is deleted when it is not active, has no thing, and no policy but by force', async () => {
    const { certificateId, certificateArn } = await register(iot);
    const thingName = 'deleting';
    await iot.client.send(new CreateThingCommand({ thingName }));
    await iot.client.send(new CreatePolicyCommand({ policyName: 'deleting', policyDocument: POLICY }));
    await iot.client.send(new AttachPolicyCommand({ policyName: 'deleting', target: certificateArn }));
    await iot.client.send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn }));
    const remove = (forceDelete: boolean) =>
      iot.client.send(new DeleteCertificateCommand({ certificateId, forceDelete }));

    await expectError(remove(true), 'CertificateStateException', 406, 'must be deactivated (not ACTIVE)');
    await iot.client.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    await expectError(remove(true), 'DeleteConflictException', 409, 'Things must be detached');
    await iot.client.send(new DetachThingPrincipalCommand({ thingName, principal: certificateArn }));
    await expectError(remove(false), 'DeleteConflictException', 409, 'policies must be detached');
    await remove(true);
    await expectError(remove(true), 'ResourceNotFoundException', 404);
    expect(iot.registry.policies.targetsOf('deleting')).toEqual([]);
  });

  it('is listed in pages, the newest first or last', async () => {
    const here = await startIotHarness();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await register(here)).certificateId);
    for (const ascendingOrder of [true, false]) {
      const listed: (string | undefined)[] = [];
      const config = { client: here.client, pageSize: 2 };
      for await (const { certificates = [] } of paginateListCertificates(config, { ascendingOrder })) {
        expect(certificates.length).toBeLessThanOrEqual(2);
        listed.push(...certificates.map(({ certificateId }) => certificateId));
      }
      expect(listed).toEqual(ascendingOrder ? ids : ids.toReversed());
    }
    await here.close();
  });
});

describe("a thing's certificates", () => {
  const attach = (thingName: string, principal: string, thingPrincipalType?: ThingPrincipalType) =>
    iot.client.send(new AttachThingPrincipalCommand({ thingName, principal, thingPrincipalType }));

  it('are listed from both sides, with how they are attached', async () => {
    const { certificateArn: shared } = await register(iot);
    const { certificateArn: own } = await register(iot);
    for (const thingName of ['one', 'two']) {
      await iot.client.send(new CreateThingCommand({ thingName }));
      await attach(thingName, shared);
      await attach(thingName, shared);
    }
    await attach('one', own, 'EXCLUSIVE_THING');

    const { principals } = await iot.client.send(new ListThingPrincipalsCommand({ thingName: 'one' }));
    expect(new Set(principals)).toEqual(new Set([shared, own]));
    const first = await iot.client.send(new ListThingPrincipalsCommand({ thingName: 'one', maxResults: 1 }));
    const second = await iot.client.send(
      new ListThingPrincipalsCommand({ thingName: 'one', nextToken: first.nextToken }),
    );
    expect(new Set([...(first.principals ?? []), ...(second.principals ?? [])])).toEqual(
      new Set([shared, own]),
    );
    const exclusive = await iot.client.send(
      new ListThingPrincipalsV2Command({ thingName: 'one', thingPrincipalType: 'EXCLUSIVE_THING' }),
    );
    expect(exclusive.thingPrincipalObjects).toEqual([
      { principal: own, thingPrincipalType: 'EXCLUSIVE_THING' },
    ]);
    const { things } = await iot.client.send(new ListPrincipalThingsCommand({ principal: shared }));
    expect(things).toEqual(['one', 'two']);
  });

  it('are attached to no other thing where they are attached exclusively', async () => {
    const { certificateArn } = await register(iot);
    for (const thingName of ['only', 'other']) await iot.client.send(new CreateThingCommand({ thingName }));
    await attach('only', certificateArn);
    await expectError(attach('other', certificateArn, 'EXCLUSIVE_THING'), 'InvalidRequestException', 400);
    await expectError(attach('only', certificateArn, 'EXCLUSIVE_THING'), 'InvalidRequestException', 400);
    await iot.client.send(new DetachThingPrincipalCommand({ thingName: 'only', principal: certificateArn }));
    await attach('only', certificateArn, 'EXCLUSIVE_THING');
    await expectError(attach('other', certificateArn), 'InvalidRequestException', 400, 'attached to only');
  });

  it('are certificates of this account that are there', async () => {
    await iot.client.send(new CreateThingCommand({ thingName: 'alone' }));
    const { certificateArn } = await register(iot);
    await expectError(attach('nobody', certificateArn), 'ResourceNotFoundException', 404);
    await expectError(
      attach('alone', certificateArn.replace(/cert\/.*/, `cert/${'0'.repeat(64)}`)),
      'ResourceNotFoundException',
      404,
    );
    await expectError(
      attach('alone', certificateArn.replace('000000000000', '111111111111')),
      'InvalidRequestException',
      400,
    );
    await expectError(
      iot.client.send(new DetachThingPrincipalCommand({ thingName: 'alone', principal: certificateArn })),
      'ResourceNotFoundException',
      404,
    );
  });

  it('keep their thing from being deleted, until a detachment is through', async () => {
    const thingName = 'leaving';
    const { certificateArn: principal } = await register(slow);
    await slow.client.send(new CreateThingCommand({ thingName }));
    await slow.client.send(new AttachThingPrincipalCommand({ thingName, principal }));
    const remove = () => slow.client.send(new DeleteThingCommand({ thingName }));
    const message = `Cannot delete. Thing ${thingName} is still attached to one or more principals`;

    await expectError(remove(), 'InvalidRequestException', 400, message);
    await slow.client.send(new DetachThingPrincipalCommand({ thingName, principal }));
    await clock.advance(2_999);
    await expectError(remove(), 'InvalidRequestException', 400, message);
    await clock.advance(1);
    await remove();
    expect(slow.registry.findThing(thingName)).toBeUndefined();
  });

  it('stay where they are attached again while they are being detached', async () => {
    const thingName = 'staying';
    const { certificateArn: principal, certificateId } = await register(slow);
    await slow.client.send(new CreateThingCommand({ thingName }));
    await slow.client.send(new AttachThingPrincipalCommand({ thingName, principal }));
    await slow.client.send(new DetachThingPrincipalCommand({ thingName, principal }));
    await slow.client.send(new AttachThingPrincipalCommand({ thingName, principal }));
    await clock.advance(3_000);
    expect(slow.registry.thingsOf(certificateId)).toEqual([
      { thingName, thingPrincipalType: 'NON_EXCLUSIVE_THING' },
    ]);
  });
});
