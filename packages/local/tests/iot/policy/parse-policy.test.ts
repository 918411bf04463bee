import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '../../../src/iot/policy/parse-policy.ts';
import { policy, statement } from './policy-fixture.ts';

describe('a policy document (developer guide, "AWS IoT policy elements")', () => {
  it.each<[string, string, string]>([
    ['is no JSON', '{', 'no JSON'],
    ['is a list', '[]', 'not a JSON object'],
    ['has no version', JSON.stringify({ Statement: [statement({})] }), '2012-10-17'],
    [
      'has an old version',
      JSON.stringify({ Version: '2008-10-17', Statement: [statement({})] }),
      '2012-10-17',
    ],
    ['has no statement', JSON.stringify({ Version: '2012-10-17' }), 'no Statement'],
    ['has an empty list of statements', policy(), 'no Statement'],
    ['has an unknown field', JSON.stringify({ Version: '2012-10-17', Statements: [] }), 'Statements'],
    ['has a statement that is none', policy([]), 'not a JSON object'],
    ['has no effect', policy(statement({ Effect: undefined })), 'Effect'],
    ['has an effect in lower case', policy(statement({ Effect: 'allow' })), 'Effect'],
    ['has no action', policy(statement({ Action: undefined })), 'Action'],
    ['has an empty list of actions', policy(statement({ Action: [] })), 'Action'],
    ['has an action that is a number', policy(statement({ Action: [1] })), 'Action'],
    ['has an action without a service', policy(statement({ Action: 'Publish' })), 'Publish is no Action'],
    ['has no resource', policy(statement({ Resource: undefined })), 'Resource'],
    ['has a resource that is no ARN', policy(statement({ Resource: 'topic/a' })), 'topic/a is no Resource'],
    ['has an ARN with too few parts', policy(statement({ Resource: 'arn:aws:iot:topic' })), 'no Resource'],
    ['has a principal', policy(statement({ Principal: '*' })), 'Principal'],
    ['has NotAction', policy(statement({ NotAction: 'iot:*' })), 'NotAction'],
    ['has NotResource', policy(statement({ NotResource: '*' })), 'NotResource'],
    [
      'has a variable without an end',
      policy(statement({ Resource: 'arn:aws:iot:r:1:topic/${iot:' })),
      "without its '}'",
    ],
    [
      'has a variable without a name',
      policy(statement({ Resource: 'arn:aws:iot:r:1:topic/${}' })),
      'no policy variable',
    ],
    [
      'has a variable with a default',
      policy(statement({ Resource: "arn:aws:iot:r:1:topic/${iot:ClientId, 'x'}" })),
      'default values',
    ],
    [
      'has an unknown variable of AWS IoT',
      policy(statement({ Resource: 'arn:aws:iot:r:1:topic/${iot:ThingName}' })),
      'iot:ThingName',
    ],
    ['has a condition that is none', policy(statement({ Condition: [] })), 'Condition'],
    ['has an operator without keys', policy(statement({ Condition: { Bool: 'true' } })), 'Bool'],
    [
      'has an unknown operator',
      policy(statement({ Condition: { StringMatches: { 'iot:ClientId': 'a' } } })),
      'StringMatches',
    ],
    [
      'compares bytes',
      policy(statement({ Condition: { BinaryEquals: { 'iot:ClientId': 'YQ==' } } })),
      'BinaryEquals',
    ],
    [
      'has Null for all values',
      policy(statement({ Condition: { 'ForAllValues:Null': { 'iot:ClientId': 'true' } } })),
      'Null',
    ],
    [
      'has an unknown key of AWS IoT',
      policy(statement({ Condition: { Bool: { 'iot:IsAttached': 'true' } } })),
      'iot:IsAttached',
    ],
    [
      'compares with no number',
      policy(statement({ Condition: { NumericEquals: { 'aws:EpochTime': 'x' } } })),
      "can't compare",
    ],
    [
      'compares with no date',
      policy(statement({ Condition: { DateEquals: { 'aws:CurrentTime': 'x' } } })),
      "can't compare",
    ],
    [
      'compares with no boolean',
      policy(statement({ Condition: { Bool: { 'aws:SecureTransport': 'yes' } } })),
      "can't compare",
    ],
    [
      'compares with no address',
      policy(statement({ Condition: { IpAddress: { 'aws:SourceIp': '1.2.3.4/33' } } })),
      "can't compare",
    ],
    [
      'compares with no ARN',
      policy(statement({ Condition: { ArnEquals: { 'iot:LastWillTopic': 'arn:aws:iot:*:topic/a' } } })),
      "can't compare",
    ],
    [
      'compares with an object',
      policy(statement({ Condition: { StringEquals: { 'iot:ClientId': {} } } })),
      'neither',
    ],
    ['is too long', policy(statement({ Sid: 'a'.repeat(2048) })), '2048'],
  ])('is refused when it %s', (_, text, message) => {
    expect(() => parsePolicy(text)).toThrow(
      expect.objectContaining({ name: 'MalformedPolicyError', message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ['one statement in place of a list', JSON.stringify({ Version: '2012-10-17', Statement: statement({}) })],
    ['ids', JSON.stringify({ Version: '2012-10-17', Id: 'a', Statement: [statement({ Sid: 'b' })] })],
    [
      'actions that are not those of the broker',
      policy(statement({ Action: ['iot:GetThingShadow', 'greengrass:Discover'] })),
    ],
    ['whitespace beyond its limit', `${policy(statement({}))}${' '.repeat(3000)}`],
    [
      'a resource with wildcards in its parts',
      policy(statement({ Resource: ['arn:aws:iot:*:*:*', 'arn:*'] })),
    ],
    [
      'every kind of variable',
      policy(
        statement({
          Resource: [
            '${iot:ClientId}',
            '${iot:CertificateId}',
            '${iot:DomainName}',
            '${iot:Connection.Thing.ThingName}',
            '${iot:Connection.Thing.ThingTypeName}',
            '${iot:Connection.Thing.IsAttached}',
            '${iot:Connection.Thing.Attributes[site]}',
            '${iot:Certificate.Subject.CommonName}',
            '${iot:Certificate.Subject.CommonName.1}',
            '${iot:Certificate.Issuer.AlternativeName.DNSName}',
            '${iot:Certificate.SerialNumber}',
            '${aws:SourceIp}',
            '${cognito-identity.amazonaws.com:sub}',
          ].map((variable) => `arn:aws:iot:us-east-1:1:topic/${variable}`),
        }),
      ),
    ],
  ])('may have %s', (_, text) => {
    expect(parsePolicy(text).statements).toHaveLength(1);
  });
});
