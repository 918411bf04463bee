import {
  CertificateStateException,
  InternalFailureException,
  type IoTClient,
  ResourceNotFoundException,
  ServiceUnavailableException,
  ThrottlingException,
} from '@aws-sdk/client-iot';
import {
  InternalFailureException as InternalFailureOfData,
  type IoTDataPlaneClient,
  ResourceNotFoundException as ResourceNotFoundOfData,
  ThrottlingException as ThrottlingOfData,
} from '@aws-sdk/client-iot-data-plane';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCredentials } from '../../../shared/adapters/credentials.ts';

const CERTIFICATE_ID = 'a'.repeat(64);
const arnOf = (certificateId: string) => `arn:aws:iot:us-east-1:123456789012:cert/${certificateId}`;
const about = { $metadata: {}, message: 'as AWS says it' };

/** What a call is answered: a value, or an error. */
type Answer = object | Error;

describe('the credentials of AWS IoT', () => {
  let calls: unknown[];
  let answers: Answer[];

  const client = {
    async send(command: { readonly input: object }) {
      calls.push([command.constructor.name, command.input]);
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('one call too many');
      return answer;
    },
  };
  const credentials = createCredentials(
    client as unknown as IoTClient,
    client as unknown as IoTDataPlaneClient,
  );

  beforeEach(() => {
    calls = [];
    answers = [];
  });

  it('lists the certificates of a thing from all pages, without identities of other kinds', async () => {
    const other = 'b'.repeat(64);
    answers = [
      { principals: [arnOf(CERTIFICATE_ID), 'us-east-1:cognito-identity'], nextToken: 'page-2' },
      { principals: [arnOf(other)] },
    ];

    expect(await credentials.listCertificateIds('sensor-1')).toEqual([CERTIFICATE_ID, other]);

    expect(calls).toEqual([
      ['ListThingPrincipalsCommand', { thingName: 'sensor-1', nextToken: undefined }],
      ['ListThingPrincipalsCommand', { thingName: 'sensor-1', nextToken: 'page-2' }],
    ]);
  });

  it('looks up the status of a certificate, and all things that it is attached to', async () => {
    answers = [
      { certificateDescription: { certificateArn: arnOf(CERTIFICATE_ID), status: 'ACTIVE' } },
      { things: ['sensor-1'], nextToken: 'page-2' },
      { things: ['sensor-2'] },
    ];

    expect(await credentials.describeCertificate(CERTIFICATE_ID)).toEqual({
      certificateId: CERTIFICATE_ID,
      certificateArn: arnOf(CERTIFICATE_ID),
      status: 'ACTIVE',
      thingNames: ['sensor-1', 'sensor-2'],
    });
    expect(calls[2]).toEqual([
      'ListPrincipalThingsCommand',
      { principal: arnOf(CERTIFICATE_ID), nextToken: 'page-2' },
    ]);
  });

  it('turns a certificate off, and drops a connection', async () => {
    answers = [{}, {}];

    expect(await credentials.setStatus(CERTIFICATE_ID, 'INACTIVE')).toBe('done');
    await credentials.closeConnection('sensor-1');

    expect(calls).toEqual([
      ['UpdateCertificateCommand', { certificateId: CERTIFICATE_ID, newStatus: 'INACTIVE' }],
      ['DeleteConnectionCommand', { clientId: 'sensor-1' }],
    ]);
  });

  it('takes what is not there for an answer', async () => {
    const missing = () => new ResourceNotFoundException(about);
    answers = [missing(), missing(), missing(), new ResourceNotFoundOfData(about)];

    expect(await credentials.listCertificateIds('ghost')).toEqual([]);
    expect(await credentials.describeCertificate(CERTIFICATE_ID)).toBeUndefined();
    expect(await credentials.setStatus(CERTIFICATE_ID, 'ACTIVE')).toBe('missing');
    await expect(credentials.closeConnection('ghost')).resolves.toBeUndefined();
  });

  it('says when the state of a certificate allows no change', async () => {
    answers = [new CertificateStateException(about)];
    expect(await credentials.setStatus(CERTIFICATE_ID, 'ACTIVE')).toBe('refused');
  });

  it.each([
    ['Throttled', new ThrottlingException(about)],
    ['Throttled', new ThrottlingOfData(about)],
    ['ServiceUnavailable', new ServiceUnavailableException(about)],
    ['ServiceUnavailable', new InternalFailureException(about)],
    ['ServiceUnavailable', new InternalFailureOfData(about)],
    ['ServiceUnavailable', Object.assign(new Error('slow'), { name: 'TimeoutError' })],
    ['ServiceUnavailable', Object.assign(new Error('no name'), { code: 'ENOTFOUND' })],
  ])('raises %s, with its cause, for %p in every call', async (name, error) => {
    for (const call of [
      () => credentials.listCertificateIds('sensor-1'),
      () => credentials.describeCertificate(CERTIFICATE_ID),
      () => credentials.setStatus(CERTIFICATE_ID, 'INACTIVE'),
      () => credentials.closeConnection('sensor-1'),
    ]) {
      answers = [error];
      await expect(call()).rejects.toMatchObject({ name, cause: error, retryable: true });
    }
  });

  it('passes on what it does not know', async () => {
    const denied = Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
    answers = [denied];
    await expect(credentials.setStatus(CERTIFICATE_ID, 'INACTIVE')).rejects.toBe(denied);
  });
});
