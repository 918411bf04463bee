import { wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { expect, it } from '@jest/globals';
import { whoAmI } from '../src/identity.ts';

it('the operator is whom STS knows, in the partition of the ARN and the Region of the calls', async () => {
  const arn = 'arn:aws-cn:sts::123456789012:assumed-role/operator/ann';
  const config = wireConfig(() => ({
    statusCode: 200,
    type: 'text/xml',
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>x</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  }));
  expect(await whoAmI(config)).toEqual({
    arn,
    accountId: '123456789012',
    partition: 'aws-cn',
    region: 'eu-west-1',
  });
});
