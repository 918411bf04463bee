import { X509Certificate } from 'node:crypto';
import { type AwsCli, hasAwsCli, openAwsCli } from '@device-lifecycle/test-kit/aws-cli.ts';
import { type IotHarness, POLICY, REGION, startIotHarness } from '@device-lifecycle/test-kit/iot-harness.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let iot: IotHarness;
let aws: AwsCli;

beforeAll(async () => {
  iot = await startIotHarness();
  aws = await openAwsCli({ awsEndpointUrl: iot.url, region: REGION });
});

afterAll(async () => {
  await aws.close();
  await iot.close();
});

((await hasAwsCli()) ? describe : describe.skip)('the AWS CLI', () => {
  it('makes a device, looks at it, and takes it away', async () => {
    const thing = ['--thing-name', 'device:1'];
    await aws.run('iot', 'create-thing', ...thing, '--attribute-payload', 'attributes={colour=red}');
    const created = await aws.run<{ certificateArn: string; certificateId: string; certificatePem: string }>(
      ...['iot', 'create-keys-and-certificate', '--set-as-active'],
    );
    const { certificateArn, certificateId } = created;
    expect(new X509Certificate(created.certificatePem).subject).toBe('CN=AWS IoT Certificate');
    const policy = ['--policy-name', 'devices'];
    await aws.run('iot', 'create-policy', ...policy, '--policy-document', POLICY);
    await aws.run('iot', 'attach-policy', ...policy, '--target', certificateArn);
    await aws.run('iot', 'attach-thing-principal', ...thing, '--principal', certificateArn);
    expect(await aws.run('iot', 'list-thing-principals', ...thing)).toEqual({ principals: [certificateArn] });
    expect(await aws.run('iot', 'list-targets-for-policy', ...policy)).toEqual({ targets: [certificateArn] });
    expect(await aws.run('iot', 'describe-endpoint', '--endpoint-type', 'iot:Data-ATS')).toEqual({
      endpointAddress: 'localhost',
    });

    const certificate = ['--certificate-id', certificateId];
    expect(await aws.errorOf('iot', 'delete-certificate', ...certificate)).toBe('CertificateStateException');
    await aws.run('iot', 'update-certificate', ...certificate, '--new-status', 'INACTIVE');
    expect(await aws.errorOf('iot', 'delete-thing', ...thing)).toBe('InvalidRequestException');
    await aws.run('iot', 'detach-thing-principal', ...thing, '--principal', certificateArn);
    await aws.run('iot', 'delete-certificate', ...certificate, '--force-delete');
    await aws.run('iot', 'delete-thing', ...thing);
    expect(await aws.run('iot', 'list-certificates', '--ascending-order')).toEqual({ certificates: [] });
  }, 60_000);
});
