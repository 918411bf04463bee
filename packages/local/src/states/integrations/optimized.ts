import type { Pattern } from './resource.ts';
import type { FailureNames } from './service-failure.ts';

/** An integration that Step Functions has made for itself. */
export interface OptimizedIntegration {
  /** The page that describes it. */
  readonly page: string;
  readonly patterns: readonly Pattern[];
  /** The fields of `Arguments` that it supports. */
  readonly fields: readonly string[];
  readonly required: readonly string[];
  /** Fields that take any JSON, and are sent as its text. */
  readonly jsonFields: readonly string[];
  readonly failures: FailureNames;
  /** The service as AWS SDK integrations name it, which it calls; absent of Lambda, whose functions are at hand. */
  readonly sdkService?: string;
  /** Whether its answers tell of HTTP. */
  readonly hasMetadata: boolean;
}

const GUIDE = 'https://docs.aws.amazon.com/step-functions/latest/dg';

/** What writes to a table has in common. */
const CONDITIONAL = [
  'ConditionalOperator',
  'ConditionExpression',
  'Expected',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnConsumedCapacity',
  'ReturnItemCollectionMetrics',
  'ReturnValues',
  'TableName',
];

/** By `{service}:{action}`. https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html */
export const OPTIMIZED: ReadonlyMap<string, OptimizedIntegration> = new Map<string, OptimizedIntegration>([
  [
    'lambda:invoke',
    {
      page: `${GUIDE}/connect-lambda.html`,
      patterns: ['request', 'waitForTaskToken'],
      fields: ['FunctionName', 'Payload', 'InvocationType', 'Qualifier', 'ClientContext'],
      required: ['FunctionName'],
      jsonFields: ['Payload'],
      failures: { prefix: 'Lambda', baseException: 'AWSLambdaException', service: 'AWSLambda' },
      hasMetadata: true,
    },
  ],
  [
    'states:startExecution',
    {
      page: `${GUIDE}/connect-stepfunctions.html`,
      patterns: ['request', 'sync', 'sync:2', 'waitForTaskToken'],
      fields: ['StateMachineArn', 'Input', 'Name'],
      required: ['StateMachineArn'],
      jsonFields: ['Input'],
      failures: {
        prefix: 'StepFunctions',
        baseException: 'AWSStepFunctionsException',
        service: 'AWSStepFunctions',
      },
      sdkService: 'sfn',
      hasMetadata: true,
    },
  ],
  [
    'sqs:sendMessage',
    {
      page: `${GUIDE}/connect-sqs.html`,
      patterns: ['request', 'waitForTaskToken'],
      fields: [
        'QueueUrl',
        'MessageBody',
        'DelaySeconds',
        'MessageAttributes',
        'MessageDeduplicationId',
        'MessageGroupId',
      ],
      required: ['QueueUrl', 'MessageBody'],
      jsonFields: ['MessageBody'],
      failures: { prefix: 'SQS', baseException: 'AmazonSQSException', service: 'AmazonSQS' },
      sdkService: 'sqs',
      hasMetadata: true,
    },
  ],
  [
    'sns:publish',
    {
      page: `${GUIDE}/connect-sns.html`,
      patterns: ['request', 'waitForTaskToken'],
      fields: [
        'Message',
        'MessageAttributes',
        'MessageDeduplicationId',
        'MessageGroupId',
        'MessageStructure',
        'PhoneNumber',
        'Subject',
        'TargetArn',
        'TopicArn',
      ],
      required: ['Message'],
      jsonFields: ['Message'],
      failures: { prefix: 'SNS', baseException: 'AmazonSNSException', service: 'AmazonSNS' },
      sdkService: 'sns',
      hasMetadata: true,
    },
  ],
  [
    'events:putEvents',
    {
      page: `${GUIDE}/connect-eventbridge.html`,
      patterns: ['request', 'waitForTaskToken'],
      fields: ['Entries'],
      required: ['Entries'],
      jsonFields: [],
      failures: {
        prefix: 'EventBridge',
        baseException: 'AmazonEventBridgeException',
        service: 'AmazonEventBridge',
      },
      sdkService: 'eventbridge',
      hasMetadata: false,
    },
  ],
  [
    'dynamodb:getItem',
    table(
      [
        'AttributesToGet',
        'ConsistentRead',
        'ExpressionAttributeNames',
        'Key',
        'ProjectionExpression',
        'ReturnConsumedCapacity',
        'TableName',
      ],
      ['TableName', 'Key'],
    ),
  ],
  ['dynamodb:putItem', table(['Item', ...CONDITIONAL], ['TableName', 'Item'])],
  [
    'dynamodb:updateItem',
    table(['AttributeUpdates', 'Key', 'UpdateExpression', ...CONDITIONAL], ['TableName', 'Key']),
  ],
  ['dynamodb:deleteItem', table(['Key', ...CONDITIONAL], ['TableName', 'Key'])],
]);

function table(fields: readonly string[], required: readonly string[]): OptimizedIntegration {
  return {
    page: `${GUIDE}/connect-ddb.html`,
    patterns: ['request'],
    fields,
    required,
    jsonFields: [],
    failures: { prefix: 'DynamoDB', baseException: 'AmazonDynamoDBException', service: 'AmazonDynamoDBv2' },
    sdkService: 'dynamodb',
    hasMetadata: true,
  };
}

/** Services that AWS has optimized integrations with, and the endpoint has not. */
export const NOT_HERE: ReadonlyMap<string, string> = new Map([
  ['apigateway', 'Amazon API Gateway'],
  ['athena', 'Amazon Athena'],
  ['batch', 'AWS Batch'],
  ['bedrock', 'Amazon Bedrock'],
  ['codebuild', 'AWS CodeBuild'],
  ['databrew', 'AWS Glue DataBrew'],
  ['ecs', 'Amazon ECS'],
  ['eks', 'Amazon EKS'],
  ['elasticmapreduce', 'Amazon EMR'],
  ['emr-containers', 'Amazon EMR on EKS'],
  ['emr-serverless', 'Amazon EMR Serverless'],
  ['glue', 'AWS Glue'],
  ['http', 'third-party APIs'],
  ['mediaconvert', 'AWS Elemental MediaConvert'],
  ['sagemaker', 'Amazon SageMaker AI'],
]);
