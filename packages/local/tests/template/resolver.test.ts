import { describe, expect, it } from '@jest/globals';
import { createResolver } from '../../src/template/resolved-resource.ts';
import { type Json, parseTemplate } from '../../src/template/template.ts';

const environment = {
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'shop-dev',
  endpointUrl: 'http://127.0.0.1:4566',
};

const sections = {
  Parameters: {
    Stage: { Type: 'String', Default: 'dev' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Days: { Type: 'Number', Default: 7 },
    Required: { Type: 'String' },
    Secret: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/b' },
  },
  Mappings: { Sizes: { dev: { memory: 128 }, prod: { memory: 1024 } } },
  Conditions: {
    IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
    IsProd: { 'Fn::Not': [{ Condition: 'IsDev' }] },
    IsBoth: { 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
    IsEither: { 'Fn::Or': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
    IsSeven: { 'Fn::Equals': [{ Ref: 'Days' }, 7] },
    IsRound: { 'Fn::Not': [{ Condition: 'IsRound' }] },
  },
  Resources: {
    OrdersTable: {
      Type: 'AWS::DynamoDB::Table',
      Properties: { TableName: { 'Fn::Sub': '${AWS::StackName}-orders' } },
    },
    Unnamed: { Type: 'AWS::DynamoDB::Table' },
    OrdersQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } },
    OrderRule: { Type: 'AWS::IoT::TopicRule' },
    FilesBucket: { Type: 'AWS::S3::Bucket' },
    Flow: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'flow' } },
    Handler: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'handle' } },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/a' } },
    HandlerRole: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'handler', Path: '/app/' } },
    Vpc: { Type: 'AWS::EC2::VPC' },
    Endpoint: { Type: 'AWS::EC2::VPCEndpoint' },
    Zone: { Type: 'AWS::Route53::HostedZone' },
    ProdOnly: { Type: 'AWS::SQS::Queue', Condition: 'IsProd' },
    Chicken: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Egg' } } },
    Egg: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Chicken' } } },
    Stream: { Type: 'AWS::Kinesis::Stream' },
  },
};

function resolve(value: Json, parameters: Record<string, string> = {}): Json {
  const template = parseTemplate(JSON.stringify(sections));
  return createResolver(template, { ...environment, parameters }).resolve(value, 'here');
}

describe('resolving', () => {
  it('leaves what is no intrinsic function as it is', () => {
    const value = { a: [1, true, null, { Condition: 'text' }], Ref: 1, b: 2 };
    expect(resolve(value)).toEqual(value);
  });

  it.each<[string, Json, Json]>([
    ['a parameter', { Ref: 'Stage' }, 'dev'],
    ['a number, which is text once it is a parameter', { Ref: 'Days' }, '7'],
    ['a list parameter', { Ref: 'Zones' }, ['a', 'b']],
    ['the region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['the account', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['the partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['the suffix of hosts', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [
      'the stack',
      { Ref: 'AWS::StackId' },
      'arn:aws:cloudformation:eu-west-1:000000000000:stack/shop-dev/local',
    ],
    ['a table: its name', { Ref: 'OrdersTable' }, 'shop-dev-orders'],
    ['a queue: its URL on the endpoint', { Ref: 'OrdersQueue' }, 'http://127.0.0.1:4566/000000000000/orders'],
    ['a state machine: its ARN', { Ref: 'Flow' }, 'arn:aws:states:eu-west-1:000000000000:stateMachine:flow'],
    ['a function: its name', { Ref: 'Handler' }, 'handle'],
  ])('Ref gives %s', (_what, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['OrdersTable', 'Arn', 'arn:aws:dynamodb:eu-west-1:000000000000:table/shop-dev-orders'],
    ['OrdersQueue', 'Arn', 'arn:aws:sqs:eu-west-1:000000000000:orders'],
    ['OrdersQueue', 'QueueName', 'orders'],
    ['Flow', 'Name', 'flow'],
    ['Handler', 'Arn', 'arn:aws:lambda:eu-west-1:000000000000:function:handle'],
    ['Logs', 'Arn', 'arn:aws:logs:eu-west-1:000000000000:log-group:/a:*'],
    ['HandlerRole', 'Arn', 'arn:aws:iam::000000000000:role/app/handler'],
  ])('Fn::GetAtt gives %s.%s, in both of its forms', (logicalId, attribute, expected) => {
    expect(resolve({ 'Fn::GetAtt': [logicalId, attribute] })).toBe(expected);
    expect(resolve({ 'Fn::GetAtt': `${logicalId}.${attribute}` })).toBe(expected);
  });

  it('makes up names that stay the same, and that the type allows', () => {
    expect(resolve({ Ref: 'Unnamed' })).toMatch(/^shop-dev-Unnamed-[0-9A-F]{12}$/);
    expect(resolve({ Ref: 'Unnamed' })).toBe(resolve({ Ref: 'Unnamed' }));
    expect(resolve({ Ref: 'OrderRule' })).toMatch(/^[a-zA-Z0-9_]+$/);
    expect(resolve({ Ref: 'FilesBucket' })).toMatch(/^[a-z0-9-]+$/);
    expect(resolve({ Ref: 'Vpc' })).toMatch(/^vpc-[0-9a-f]{17}$/);
    expect(resolve({ Ref: 'Zone' })).toMatch(/^Z[0-9A-F]{20}$/);
  });

  it.each<[string, Json, Json]>([
    [
      'Fn::Sub with names and attributes',
      { 'Fn::Sub': '${Stage}:${OrdersQueue.QueueName}:${AWS::Region}' },
      'dev:orders:eu-west-1',
    ],
    ['Fn::Sub with variables of its own', { 'Fn::Sub': ['${a}-${Stage}', { a: { Ref: 'Days' } }] }, '7-dev'],
    ['Fn::Sub with what stands for itself', { 'Fn::Sub': '${!Literal} $ {x}' }, '${Literal} $ {x}'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-dev-1'],
    ['Fn::Split inside Fn::Join', { 'Fn::Join': ['_', { 'Fn::Split': ['-', 'a-b-c'] }] }, 'a_b_c'],
    ['Fn::Select', { 'Fn::Select': ['1', { Ref: 'Zones' }] }, 'b'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 128],
    ['Fn::GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['Fn::GetAZs of a region', { 'Fn::Select': [0, { 'Fn::GetAZs': 'us-east-1' }] }, 'us-east-1a'],
    ['Fn::Base64', { 'Fn::Base64': { Ref: 'Stage' } }, 'ZGV2'],
    ['Fn::If', { 'Fn::If': ['IsDev', 'small', 'large'] }, 'small'],
    ['Fn::Not, by a condition', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'no'],
    ['Fn::And', { 'Fn::If': ['IsBoth', 'yes', 'no'] }, 'no'],
    ['Fn::Or', { 'Fn::If': ['IsEither', 'yes', 'no'] }, 'yes'],
    ['Fn::Equals of a number and its text', { 'Fn::If': ['IsSeven', 'yes', 'no'] }, 'yes'],
  ])('resolves %s', (_what, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it('gives an endpoint its zone and name, which a record can point to', () => {
    const entry = { 'Fn::Select': [0, { 'Fn::GetAtt': ['Endpoint', 'DnsEntries'] }] };
    expect(resolve({ 'Fn::Select': [0, { 'Fn::Split': [':', entry] }] })).toMatch(/^Z[0-9A-F]{13}$/);
    expect(resolve({ 'Fn::Select': [1, { 'Fn::Split': [':', entry] }] })).toMatch(
      /^vpce-[0-9a-f]{17}-[0-9a-f]{8}\.vpce\.eu-west-1\.amazonaws\.com$/,
    );
  });

  it('takes values for parameters instead of their defaults', () => {
    expect(resolve({ 'Fn::If': ['IsDev', 'small', 'large'] }, { Stage: 'prod' })).toBe('large');
  });

  it('leaves out what is AWS::NoValue, from objects and lists', () => {
    const noValue = { 'Fn::If': ['IsProd', 1, { Ref: 'AWS::NoValue' }] };
    expect(resolve({ a: noValue, b: [noValue, 2] })).toEqual({ b: [2] });
  });

  it.each<[string, Json, RegExp]>([
    ['a function it does not know', { a: { 'Fn::Cidr': ['10.0.0.0/16', 2] } }, /^here\.a: uses Fn::Cidr/],
    ['what no other stack exports', { 'Fn::ImportValue': 'x' }, /^here: No export named x found\.$/],
    ['a resource that is not there', { Ref: 'Nobody' }, /no resource or parameter Nobody/],
    ['a type it cannot name', { Ref: 'Stream' }, /Resources\.Stream: .*AWS::Kinesis::Stream/],
    [
      'an attribute it does not know',
      { b: [{ 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }] },
      /^here\.b\[0\]: .*CidrBlock of Vpc/,
    ],
    [
      'an attribute known only to AWS',
      { 'Fn::GetAtt': ['OrdersTable', 'StreamArn'] },
      /StreamArn of OrdersTable/,
    ],
    ['a resource whose condition is false', { Ref: 'ProdOnly' }, /ProdOnly, whose condition IsProd is false/],
    ['resources that refer to each other', { Ref: 'Chicken' }, /refers to itself/],
    ['a condition that refers to itself', { 'Fn::If': ['IsRound', 1, 2] }, /refers to itself/],
    ['a condition that is not there', { 'Fn::If': ['IsNone', 1, 2] }, /no condition IsNone/],
    ['a parameter without a value', { Ref: 'Required' }, /neither a value nor a Default/],
    ['a parameter from SSM', { Ref: 'Secret' }, /read from SSM/],
    ['a list that is too short', { 'Fn::Select': [2, ['a', 'b']] }, /no element 2/],
    [
      'a mapping that is not there',
      { 'Fn::FindInMap': ['Sizes', 'test', 'memory'] },
      /nothing at Sizes, test, memory/,
    ],
    ['no value where there must be one', { Ref: 'AWS::NoValue' }, /must have a value/],
    ['an object where text belongs', { 'Fn::Join': ['-', [{ a: 1 }]] }, /must be text/],
  ])('refuses %s', (_what, value, message) => {
    expect(() => resolve(value)).toThrow(
      expect.objectContaining({ name: 'TemplateError', message: expect.stringMatching(message) }),
    );
  });
});

describe('parsing a template', () => {
  it.each([
    ['what is not JSON', '{', /not JSON/],
    ['what is no object', '[]', /not a JSON object/],
    ['transforms', '{"Transform":"AWS::Serverless-2016-10-31"}', /^Transform: /],
    ['a resource without a type', '{"Resources":{"A":{}}}', /^Resources\.A: has no Type/],
    [
      'properties that are no object',
      '{"Resources":{"A":{"Type":"T","Properties":[]}}}',
      /^Resources\.A\.Properties/,
    ],
    [
      'sections that there are not',
      '{"Resorces":{}}',
      /Invalid template property or properties \[Resorces\]/,
    ],
    ['rules, which are not checked', '{"Rules":{"R":{}}}', /^Rules: /],
    [
      'attributes that resources do not have',
      '{"Resources":{"A":{"Type":"T","Propertys":{}}}}',
      /^Resources\.A: Invalid template resource property 'Propertys'/,
    ],
    [
      'dependencies on what is not there',
      '{"Resources":{"A":{"Type":"T","DependsOn":["A","B"]}}}',
      /^Resources\.A\.DependsOn: Unresolved resource dependencies \[B\]/,
    ],
    [
      'dependencies that are no text',
      '{"Resources":{"A":{"Type":"T","DependsOn":{"Ref":"A"}}}}',
      /^Resources\.A\.DependsOn: must be/,
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(() => parseTemplate(text)).toThrow(message);
  });
});
