import { describe, expect, it } from '@jest/globals';
import { readStack } from '../../src/template/read-stack.ts';
import type { Json, JsonObject } from '../../src/template/template.ts';

const environment = {
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'shop-dev',
  endpointUrl: 'http://127.0.0.1:4566',
};

const streamArn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/orders/stream/1970-01-01T00:00:00.000';

const table = (properties: JsonObject): JsonObject => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'orders',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...properties,
  },
});

const resources: JsonObject = {
  Code: { Type: 'AWS::S3::Bucket' },
  OnOrder: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'on-order',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Code: { S3Bucket: { Ref: 'Code' }, S3Key: 'onOrder.zip' },
    },
  },
  Orders: table({ StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
  Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
};

const minimal: JsonObject = {
  EventSourceArn: { 'Fn::GetAtt': ['Orders', 'StreamArn'] },
  FunctionName: { 'Fn::GetAtt': ['OnOrder', 'Arn'] },
  StartingPosition: 'TRIM_HORIZON',
};

const read = (properties: JsonObject, others: JsonObject = {}) =>
  readStack(
    JSON.stringify({
      Resources: {
        ...resources,
        ...others,
        Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { ...minimal, ...properties } },
      },
    }),
    environment,
    { codeDirOf: String },
  ).eventSourceMappings[0];

describe('reading event source mappings', () => {
  it('takes AWS defaults for what the template leaves out', () => {
    const mapping = read({});

    expect(mapping).toEqual({
      uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      arn: `arn:aws:lambda:eu-west-1:000000000000:event-source-mapping:${mapping?.uuid}`,
      functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:on-order',
      tableName: 'orders',
      streamArn,
      enabled: true,
      startingPosition: 'TRIM_HORIZON',
      parallelizationFactor: 1,
      batchSize: 100,
      maximumBatchingWindowInSeconds: 0,
      filters: [],
      reportBatchItemFailures: false,
      bisectBatchOnFunctionError: false,
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds: -1,
    });
  });

  it('reads all that the template may say', () => {
    const pattern = '{"eventName":["INSERT"]}';
    const mapping = read({
      FunctionName: { Ref: 'OnOrder' },
      StartingPosition: 'LATEST',
      Enabled: 'false',
      BatchSize: '10',
      MaximumBatchingWindowInSeconds: 5,
      FilterCriteria: { Filters: [{ Pattern: pattern }] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 0,
      MaximumRecordAgeInSeconds: 3600,
      ParallelizationFactor: 1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } },
      Tags: [],
    });

    expect(mapping).toMatchObject({
      functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:on-order',
      startingPosition: 'LATEST',
      enabled: false,
      batchSize: 10,
      maximumBatchingWindowInSeconds: 5,
      filters: [pattern],
      reportBatchItemFailures: true,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 0,
      maximumRecordAgeInSeconds: 3600,
      onFailure: 'arn:aws:sqs:eu-west-1:000000000000:dead',
    });
  });

  it.each<readonly [what: string, properties: JsonObject, message: string]>([
    [
      'a stream of another table',
      { EventSourceArn: 'arn:aws:kinesis:x' },
      'EventSourceArn: the laptop runtime reads',
    ],
    [
      'a queue',
      { EventSourceArn: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
      "reads the streams of the template's tables alone",
    ],
    [
      'a function of another stack',
      { FunctionName: 'other' },
      'FunctionName: must be a function of the template',
    ],
    ['a version', { FunctionName: 'on-order:7' }, 'without a version or an alias'],
    [
      'a time to start at',
      { StartingPosition: 'AT_TIMESTAMP' },
      'StartingPosition must be TRIM_HORIZON or LATEST',
    ],
    [
      'no records',
      { BatchSize: 0 },
      "at 'batchSize' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'too long a window',
      { MaximumBatchingWindowInSeconds: 301 },
      'Member must have value less than or equal to 300',
    ],
    ['too few retries', { MaximumRetryAttempts: -2 }, 'Member must have value greater than or equal to -1'],
    ['too small an age', { MaximumRecordAgeInSeconds: 59 }, 'must be -1, or a number from 60 to 604800'],
    ['too many batches at a time', { ParallelizationFactor: 11 }, 'less than or equal to 10'],
    ['tumbling windows', { TumblingWindowInSeconds: 10 }, 'no tumbling windows'],
    [
      'another response type',
      { FunctionResponseTypes: ['Other'] },
      'must be ReportBatchItemFailures, not Other',
    ],
    [
      'another destination',
      {
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:lambda:eu-west-1:000000000000:function:f' } },
      },
      'OnFailure.Destination must be the ARN of a standard SQS queue',
    ],
    [
      'a FIFO queue',
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:eu-west-1:000000000000:dead.fifo' } } },
      'a standard SQS queue',
    ],
    [
      'a filter that is not text',
      { FilterCriteria: { Filters: [{ Pattern: { a: [1] } }] } },
      'pattern must be text',
    ],
    [
      'an operator that filters do not have',
      { FilterCriteria: { Filters: [{ Pattern: '{"a":[{"wildcard":"*"}]}' }] } },
      'Filters[0].Pattern: a has the operator wildcard',
    ],
    [
      'too many filters',
      { FilterCriteria: { Filters: Array.from({ length: 11 }, (): Json => ({ Pattern: '{}' })) } },
      'Member must have length less than or equal to 10',
    ],
  ])('refuses %s', (_, properties, message) => {
    expect(() => read(properties)).toThrow(message);
  });

  it('refuses a table without a stream', () => {
    expect(() => read({}, { Orders: table({}) })).toThrow('StreamArn');
  });
});
