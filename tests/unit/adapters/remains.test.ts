import {
  CertificateStateException,
  DeleteConflictException,
  InvalidRequestException,
  type IoTClient,
  ResourceNotFoundException,
  ThrottlingException,
} from '@aws-sdk/client-iot';
import {
  type IoTDataPlaneClient,
  ResourceNotFoundException as ResourceNotFoundOfData,
} from '@aws-sdk/client-iot-data-plane';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRemains } from '../../../shared/adapters/remains.ts';

const CERTIFICATE_ID = 'a'.repeat(64);
const ARN = `arn:aws:iot:us-east-1:123456789012:cert/${CERTIFICATE_ID}`;
const about = { $metadata: {}, message: 'as AWS says it' };

describe('what is left of a device in AWS IoT', () => {
  let calls: unknown[];
  let answers: (object | Error)[];

  const client = {
    async send(command: { readonly input: object }) {
      calls.push([command.constructor.name, command.input]);
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('one call too many');
      return answer;
    },
  };
  const remains = createRemains(client as unknown as IoTClient, client as unknown as IoTDataPlaneClient);

  beforeEach(() => {
    calls = [];
    answers = [];
  });

  it('tells when a certificate was made, for what came after the device is another’s', async () => {
    const creationDate = new Date(1_780_000_000_000);
    answers = [
      { certificateDescription: { certificateArn: ARN, status: 'INACTIVE', creationDate } },
      { things: ['sensor-1'] },
    ];
    expect(await remains.describeCertificate(CERTIFICATE_ID)).toEqual({
      certificateId: CERTIFICATE_ID,
      certificateArn: ARN,
      status: 'INACTIVE',
      thingNames: ['sensor-1'],
      createdAt: creationDate.getTime(),
    });
  });

  it('revokes, detaches and deletes a certificate with the policies that are attached to it', async () => {
    answers = [{}, {}, {}];
    await remains.revokeCertificate(CERTIFICATE_ID);
    await remains.detachCertificate(ARN, 'sensor-1');
    expect(await remains.deleteCertificate(CERTIFICATE_ID)).toBe('deleted');
    expect(calls).toEqual([
      ['UpdateCertificateCommand', { certificateId: CERTIFICATE_ID, newStatus: 'REVOKED' }],
      ['DetachThingPrincipalCommand', { principal: ARN, thingName: 'sensor-1' }],
      ['DeleteCertificateCommand', { certificateId: CERTIFICATE_ID, forceDelete: true }],
    ]);
  });

  it('lists thing groups and shadows from all pages, the classic shadow by its empty name', async () => {
    answers = [
      { thingGroups: [{ groupName: 'pumps' }], nextToken: 'page-2' },
      { thingGroups: [{ groupName: 'hall' }] },
      { results: ['config'], nextToken: 'page-2' },
      { results: ['firmware'] },
      { payload: new Uint8Array() },
    ];
    expect(await remains.listBelongings('sensor-1')).toEqual({
      thingGroups: ['pumps', 'hall'],
      shadows: ['', 'config', 'firmware'],
    });
  });

  it('finds nothing where there is nothing', async () => {
    const missing = () => [new ResourceNotFoundException(about), new ResourceNotFoundOfData(about)];
    answers = [...missing(), new ResourceNotFoundOfData(about)];
    expect(await remains.listBelongings('sensor-1')).toEqual({ thingGroups: [], shadows: [] });
    answers = [new ResourceNotFoundException(about), new ResourceNotFoundException(about)];
    expect(await remains.listPrincipals('sensor-1')).toEqual({ certificateIds: [], hasOthers: false });
    expect(await remains.describeCertificate(CERTIFICATE_ID)).toBeUndefined();
  });

  it('tells of principals that are no certificates', async () => {
    answers = [{ principals: [ARN, 'us-east-1:cognito-identity'] }];
    expect(await remains.listPrincipals('sensor-1')).toEqual({
      certificateIds: [CERTIFICATE_ID],
      hasOthers: true,
    });
  });

  it('lets dynamic thing groups let go of the thing by themselves', async () => {
    const message = 'This operation does not support dynamic thing groups';
    const other = new InvalidRequestException(about);
    answers = [new InvalidRequestException({ ...about, message }), other];
    await remains.removeFromThingGroup('sensor-1', 'outdated');
    await expect(remains.removeFromThingGroup('sensor-1', 'pumps')).rejects.toBe(other);
  });

  it('has removed what is not there', async () => {
    answers = Array.from({ length: 7 }, () => new ResourceNotFoundException(about));
    await remains.revokeCertificate(CERTIFICATE_ID);
    await remains.detachCertificate(ARN, 'sensor-1');
    expect(await remains.deleteCertificate(CERTIFICATE_ID)).toBe('deleted');
    await remains.removeFromThingGroup('sensor-1', 'pumps');
    await remains.deleteShadow('sensor-1', '');
    await remains.deleteShadow('sensor-1', 'config');
    expect(await remains.deleteThing('sensor-1')).toBe('deleted');
    expect(calls.slice(4, 6)).toEqual([
      ['DeleteThingShadowCommand', { thingName: 'sensor-1' }],
      ['DeleteThingShadowCommand', { thingName: 'sensor-1', shadowName: 'config' }],
    ]);
  });

  it.each([
    new DeleteConflictException(about),
    new CertificateStateException(about),
    new InvalidRequestException({ ...about, message: 'Certificate is still attached to a thing' }),
  ])('says that a certificate is still attached: %p', async (error) => {
    answers = [error];
    expect(await remains.deleteCertificate(CERTIFICATE_ID)).toBe('attached');
  });

  it('says that a thing is still attached, and throws other bad requests as they are', async () => {
    const message = 'Cannot delete. Thing sensor-1 is still attached to one or more principals';
    answers = [new InvalidRequestException({ ...about, message })];
    expect(await remains.deleteThing('sensor-1')).toBe('attached');
    const other = new InvalidRequestException(about);
    answers = [other, other];
    await expect(remains.deleteThing('sensor-1')).rejects.toBe(other);
    await expect(remains.deleteCertificate(CERTIFICATE_ID)).rejects.toBe(other);
  });

  it.each([
    () => remains.deleteThing('sensor-1'),
    () => remains.deleteCertificate(CERTIFICATE_ID),
    () => remains.listBelongings('sensor-1'),
    () => remains.deleteShadow('sensor-1', ''),
  ])('names what passes: %s', async (request) => {
    answers = [new ThrottlingException(about)];
    await expect(request()).rejects.toMatchObject({ name: 'Throttled', retryable: true });
  });
});
