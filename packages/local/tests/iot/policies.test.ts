import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeletePolicyCommand,
  DeleteThingCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  ListPoliciesCommand,
  ListTargetsForPolicyCommand,
  RegisterCertificateWithoutCACommand,
  UpdateCertificateCommand,
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

  it('is deleted once', async () => {
    await create('deleted');
    await remove('deleted');
    await expectError(remove('deleted'), 'ResourceNotFoundException', 404);
  });
});

describe('the policies of a target', () => {
  it('are attached and detached, once or more often', async () => {
    const { certificateId, certificateArn } = await registerCertificate();
    await create('first');
    await create('second');
    for (const policyName of ['second', 'first', 'second']) await attach(policyName, certificateArn);
    const listed = () => iot.registry.policiesOf(certificateId).map(({ policyName }) => policyName);
    expect(listed()).toEqual(['second', 'first']);
    const { targets } = await iot.client.send(new ListTargetsForPolicyCommand({ policyName: 'first' }));
    expect(targets).toEqual([certificateArn]);
    await expectError(remove('first'), 'DeleteConflictException', 409, 'attached to one or more principals');
    await detach('first', certificateArn);
    await detach('first', certificateArn);
    await detach('unknown', certificateArn);
    expect(listed()).toEqual(['second']);
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
  it("are a certificate's own policies and those of its thing's groups", async () => {
    const { certificateId, certificateArn } = await registerCertificate();
    await iot.client.send(new CreateThingCommand({ thingName: 'member' }));
    const { thingGroupArn = '' } = await iot.client.send(
      new CreateThingGroupCommand({ thingGroupName: 'group' }),
    );
    await iot.client.send(new AddThingToThingGroupCommand({ thingName: 'member', thingGroupName: 'group' }));
    for (const policyName of ['own', 'of-group']) await create(policyName);
    await attach('own', certificateArn);
    await attach('own', thingGroupArn);
    await attach('of-group', thingGroupArn);

    const names = (thingName?: string) =>
      iot.registry.policiesOf(certificateId, thingName).map(({ policyName }) => policyName);
    expect(names()).toEqual(['own']);
    expect(names('member')).toEqual(['own', 'of-group']);
  });

  it('is told of every change that can change what a certificate may do, and of no other', async () => {
    const { certificateId, certificateArn: principal } = await registerCertificate();
    const thingName = 'told';
    await iot.client.send(new CreateThingCommand({ thingName }));
    const { thingGroupArn = '' } = await iot.client.send(
      new CreateThingGroupCommand({ thingGroupName: 'group-of-told' }),
    );
    await create('telling');
    let told = 0;
    iot.registry.onChange((id) => {
      if (id === certificateId) told += 1;
    });
    const member = { thingName, thingGroupName: 'group-of-told' };
    const put = (policyDocument: string) =>
      iot.registry.policies.put({ logicalId: 'Telling', policyName: 'telling', policyDocument });
    const changes: [string, () => Promise<unknown>][] = [
      ['attach', () => iot.client.send(new AttachThingPrincipalCommand({ thingName, principal }))],
      ['membership', () => iot.client.send(new AddThingToThingGroupCommand(member))],
      ["a group's policy", () => attach('telling', thingGroupArn)],
      ['another document', () => put(OTHER_POLICY)],
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
    await put(OTHER_POLICY);
    await iot.client.send(new DeleteThingCommand({ thingName }));
    expect(told).toBe(0);
  });
});
