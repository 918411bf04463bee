import type { JsonObject } from '../../src/template/template.ts';

/** A template in JSON. */
export const template = (Resources: JsonObject, others: JsonObject = {}): string =>
  JSON.stringify({ ...others, Resources });

export const table = (TableName: string, others: JsonObject = {}): JsonObject => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  },
  ...others,
});

export const queue = (QueueName: string, Properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...Properties },
});

export const fn = (FunctionName: string, key: string, Properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName,
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: 'arn:aws:iam::000000000000:role/any',
    Code: { S3Bucket: 'code', S3Key: key },
    ...Properties,
  },
});
