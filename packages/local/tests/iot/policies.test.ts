import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListAttachedPoliciesCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListPrincipalPoliciesCommand,
  ListTargetsForPolicyCommand,
  RegisterCertificateWithoutCACommand,
  SetDefaultPolicyVersionCommand,
  UpdateCertificateCommand,
  UpdateThingCommand,
} from '@aws-sdk/client-iot';
import {
  expectError,
  type IotHarness,
  OTHER_POLICY,
  POLICY,
  startIotHarness,
} from '@device-lifecycle/test-kit/iot-harness.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../../src/iot/certificate-authority.ts';

let iot: IotHarness;

beforeAll(async () => {
  iot = await startIotHarness();
});

afterAll(() => iot.close());

async function registerCertificate() {
  const { caPem: certificatePem } = await createCertificateAuthority();
  const { certificateId = '', certificateArn = '' } = await iot.client.send(
    new RegisterCertificateWithoutCACommand({ certificatePem, status: 'ACTIVE' }),
  );
  return { certificateId, certificateArn };
}

const create = (policyName: string, policyDocument = POLICY) =>
  iot.client.send(new CreatePolicyCommand({ policyName, policyDocument }));
const attach = (policyName: string, target: string) =>
  iot.client.send(new AttachPolicyCommand({ policyName, target }));
const detach = (policyName: string, target: string) =>
  iot.client.send(new DetachPolicyCommand({ policyName, target }));
const remove = (policyName: string) => iot.client.send(new DeletePolicyCommand({ policyName }));

describe('a policy', () => {
  it('keeps the text that it was given', async () => {
    expect(await create('text')).toMatchObject({
      policyName: 'text',
      policyArn: 'arn:aws:iot:us-east-1:000000000000:policy/text',
      policyDocument: POLICY,
      policyVersionId: '1',
    });
    expect(await iot.client.send(new GetPolicyCommand({ policyName: 'text' }))).toMatchObject({
      policyDocument: POLICY,
      defaultVersionId: '1',
    });
    await expectError(create('text'), 'ResourceAlreadyExistsException', 409, 'name=text');
    const { policies = [] } = await iot.client.send(new ListPoliciesCommand({ pageSize: 1 }));
    expect(policies.map(({ policyName }) => policyName)).toEqual(['text']);
  });

  it.each(['', '{}', '{"Version":"2012-10-17"}', 'not JSON', POLICY.replace('Allow', 'Maybe')])(
    'is refused when it is malformed: %s',
    async (document) => {
      await expectError(create('malformed', document), 'MalformedPolicyException', 400, 'Malformed');
    },
  );

  it('has five versions at most, one of them in force', async () => {
    const policyName = 'versions';
    await create(policyName);
    const addVersion = (setAsDefault: boolean) =>
      iot.client.send(
        new CreatePolicyVersionCommand({ policyName, policyDocument: OTHER_POLICY, setAsDefault }),
      );
    const removeVersion = (policyVersionId: string) =>
      iot.client.send(new DeletePolicyVersionCommand({ policyName, policyVersionId }));
    expect(await addVersion(true)).toMatchObject({ policyVersionId: '2', isDefaultVersion: true });
    for (const versionId of ['3', '4', '5']) {
      expect(await addVersion(false)).toMatchObject({ policyVersionId: versionId, isDefaultVersion: false });
    }
    await expectError(addVersion(false), 'VersionsLimitExceededException', 409);
    const inForce = await iot.client.send(new GetPolicyCommand({ policyName }));
    expect(inForce).toMatchObject({ policyDocument: OTHER_POLICY, defaultVersionId: '2' });
    await iot.client.send(new SetDefaultPolicyVersionCommand({ policyName, policyVersionId: '1' }));
    await expectError(removeVersion('1'), 'DeleteConflictException', 409, 'default version');
    await removeVersion('5');
    await expectError(removeVersion('5'), 'ResourceNotFoundException', 404);
    expect(await addVersion(false)).toMatchObject({ policyVersionId: '5' });
    expect(
      await iot.client.send(new GetPolicyVersionCommand({ policyName, policyVersionId: '1' })),
    ).toMatchObject({ policyDocument: POLICY, isDefaultVersion: true });
    await expectError(remove(policyName), 'DeleteConflictException', 409, 'policy versions');
    for (const versionId of ['2', '3', '4', '5']) await removeVersion(versionId);
    const { policyVersions } = await iot.client.send(new ListPolicyVersionsCommand({ policyName }));
    expect(policyVersions).toMatchObject([{ versionId: '1', isDefaultVersion: true }]);
    await remove(policyName);
    await expectError(remove(policyName), 'ResourceNotFoundException', 404);
  });
});

describe('the policies of a target', () => {
  it('are attached and detached, once or more often', async () => {
    const { certificateArn } = await registerCertificate();
    await create('first');
    await create('second');
    for (const policyName of ['second', 'first', 'second']) await attach(policyName, certificateArn);
    const listed = async () =>
      (await iot.client.send(new ListAttachedPoliciesCommand({ target: certificateArn }))).policies?.map(
        ({ policyName }) => policyName,
      );
    expect(await listed()).toEqual(['first', 'second']);
    const { policies } = await iot.client.send(
      new ListPrincipalPoliciesCommand({ principal: certificateArn }),
    );
    expect(policies).toHaveLength(2);
    const page = await iot.client.send(
      new ListAttachedPoliciesCommand({ target: certificateArn, pageSize: 1 }),
    );
    expect(page.policies).toHaveLength(1);
    const next = await iot.client.send(
      new ListAttachedPoliciesCommand({ target: certificateArn, marker: page.nextMarker }),
    );
    expect(next.policies?.map(({ policyName }) => policyName)).toEqual(['second']);
    const { targets } = await iot.client.send(new ListTargetsForPolicyCommand({ policyName: 'first' }));
    expect(targets).toEqual([certificateArn]);
    await expectError(remove('first'), 'DeleteConflictException', 409, 'attached to one or more principals');
    await detach('first', certificateArn);
    await detach('first', certificateArn);
    await detach('unknown', certificateArn);
    expect(await listed()).toEqual(['second']);
    await remove('first');
  });

  it('are ten at most', async () => {
    const { certificateArn } = await registerCertificate();
    for (let index = 0; index < 10; index += 1) {
      await create(`of-ten-${index}`);
      await attach(`of-ten-${index}`, certificateArn);
    }
    await create('eleventh');
    await expectError(attach('eleventh', certificateArn), 'LimitExceededException', 410);
  });

  it('need a policy and a target that are there', async () => {
    const { certificateArn } = await registerCertificate();
    await create('here');
    const arn = 'arn:aws:iot:us-east-1:000000000000:';
    await expectError(attach('nowhere', certificateArn), 'ResourceNotFoundException', 404);
    await expectError(attach('here', `${arn}thinggroup/none`), 'ResourceNotFoundException', 404);
    await expectError(attach('here', `${arn}thing/lamp`), 'InvalidRequestException', 400);
    await expectError(attach('here', 'lamp'), 'InvalidRequestException', 400);
  });
});

describe('what the broker reads', () => {
  it("are a certificate's own policies and those of its thing's groups and their ancestors", async () => {
    const { certificateId, certificateArn } = await registerCertificate();
    await iot.client.send(new CreateThingCommand({ thingName: 'member' }));
    const { thingGroupArn: top = '' } = await iot.client.send(
      new CreateThingGroupCommand({ thingGroupName: 'top' }),
    );
    const { thingGroupArn: below = '' } = await iot.client.send(
      new CreateThingGroupCommand({ thingGroupName: 'below', parentGroupName: 'top' }),
    );
    await iot.client.send(new AddThingToThingGroupCommand({ thingName: 'member', thingGroupName: 'below' }));
    for (const policyName of ['own', 'of-top', 'of-below']) await create(policyName);
    await attach('own', certificateArn);
    await attach('own', below);
    await attach('of-top', top);
    await attach('of-below', below);

    const names = (thingName?: string) =>
      iot.registry.policiesOf(certificateId, thingName).map(({ policyName }) => policyName);
    expect(names()).toEqual(['own']);
    expect(names('member')).toEqual(['own', 'of-below', 'of-top']);
    const attached = async (recursive: boolean) =>
      (await iot.client.send(new ListAttachedPoliciesCommand({ target: below, recursive }))).policies?.map(
        ({ policyName }) => policyName,
      );
    expect(await attached(false)).toEqual(['of-below', 'own']);
    expect(await attached(true)).toEqual(['of-below', 'of-top', 'own']);
  });

  it('is told of every change that can change what a certificate may do, and of no other', async () => {
    const { certificateId, certificateArn: principal } = await registerCertificate();
    const thingName = 'told';
    await iot.client.send(new CreateThingCommand({ thingName }));
    const { thingGroupArn = '' } = await iot.client.send(
      new CreateThingGroupCommand({ thingGroupName: 'parent-of-told' }),
    );
    const child = { thingGroupName: 'group-of-told', parentGroupName: 'parent-of-told' };
    await iot.client.send(new CreateThingGroupCommand(child));
    await create('telling');
    let told = 0;
    iot.registry.onChange((id) => {
      if (id === certificateId) told += 1;
    });
    const member = { thingName, thingGroupName: 'group-of-told' };
    const version = { policyName: 'telling', policyDocument: OTHER_POLICY };
    const changes: [string, () => Promise<unknown>][] = [
      ['attach', () => iot.client.send(new AttachThingPrincipalCommand({ thingName, principal }))],
      ['attributes', () => iot.client.send(new UpdateThingCommand({ thingName }))],
      ['membership', () => iot.client.send(new AddThingToThingGroupCommand(member))],
      ["an ancestor's policy", () => attach('telling', thingGroupArn)],
      [
        'a version',
        () => iot.client.send(new CreatePolicyVersionCommand({ ...version, setAsDefault: true })),
      ],
      ['its own policy', () => attach('telling', principal)],
      [
        'status',
        () => iot.client.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' })),
      ],
      ['detach a policy', () => detach('telling', principal)],
      ['detach', () => iot.client.send(new DetachThingPrincipalCommand({ thingName, principal }))],
      ['deletion', async () => iot.registry.deleteCertificate(certificateId, false)],
    ];
    for (const [name, change] of changes) {
      told = 0;
      await change();
      expect([name, told]).toEqual([name, 1]);
    }
    told = 0;
    await iot.client.send(new CreatePolicyVersionCommand(version));
    await iot.client.send(new UpdateThingCommand({ thingName }));
    expect(told).toBe(0);
  });
});
