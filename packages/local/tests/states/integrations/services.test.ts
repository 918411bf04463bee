import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.ts';
import { taskOf, useServicesEndpoint } from './services-endpoint.ts';

/** What AWS has answered is in localstack's tests/aws/services/stepfunctions/v2, in the files that the tests name. */
const under = useServicesEndpoint();

const TOPIC_ARN = 'arn:aws:sns:eu-west-1:000000000000:nothing';
const PROXY = 'Request ID: [-0-9a-zA-Z]+; Proxy: null\\)$';

describe('the integration with SQS', () => {
  /** services/test_sqs_task_service.snapshot.json */
  it('sends a message, and tells of HTTP', async () => {
    const { status, output, types } = await under.run('sqs:sendMessage', {
      QueueUrl: under.queueUrl('things'),
      MessageBody: { any: 'JSON' },
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
    });
    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({
      MD5OfMessageBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      MessageId: expect.any(String),
      SdkHttpMetadata: {
        AllHttpHeaders: { 'x-amzn-RequestId': [expect.any(String)], 'Content-Type': [expect.any(String)] },
        HttpHeaders: { 'Content-Length': expect.any(String) },
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId: expect.any(String) },
    });
    expect(output).not.toHaveProperty('$metadata');
    expect(types).toContain('TaskSucceeded');
    expect(await under.message('things')).toBe('{"any":"JSON"}');
  });

  /** callback/test_callback.snapshot.json, test_sqs_wait_for_task_token */
  it('waits for the token that the message brings', async () => {
    const definition = taskOf('sqs:sendMessage.waitForTaskToken', {
      QueueUrl: under.queueUrl('things'),
      MessageBody: { token: '{% $states.context.Task.Token %}' },
    });
    const executionArn = under.start(await under.put(definition));
    const { token } = JSON.parse(await under.message('things'));
    await under.call('SendTaskSuccess', { taskToken: token, output: '"answered"' });
    const { output, types } = await under.ended(executionArn);
    expect(output).toBe('answered');
    expect(types).toContain('TaskSubmitted');
  });

  /** error_handling/test_task_service_sqs.snapshot.json */
  it('names errors after SQS', async () => {
    const QueueUrl = under.queueUrl('nothing');
    const { error, cause } = await under.run('sqs:sendMessage', { QueueUrl, MessageBody: 'x' });
    expect(error).toBe('SQS.QueueDoesNotExistException');
    expect(cause).toMatch(
      new RegExp(
        `\\(Service: AmazonSQS; Status Code: 400; Error Code: (?:AWS.SimpleQueueService.NonExistentQueue|QueueDoesNotExist); ${PROXY}`,
      ),
    );
  });
});

describe('the integration with SNS', () => {
  const subscribed = async () => {
    const made = await under.run('aws-sdk:sns:createTopic', { Name: 'news' });
    const { TopicArn } = made.output;
    const Endpoint = 'arn:aws:sqs:eu-west-1:000000000000:things';
    const Attributes = { RawMessageDelivery: 'true' };
    await under.run('aws-sdk:sns:subscribe', { TopicArn, Protocol: 'sqs', Endpoint, Attributes });
    return TopicArn;
  };

  /** services/test_sns_task_service.snapshot.json */
  it('publishes any JSON', async () => {
    const TopicArn = await subscribed();
    const { output } = await under.run('sns:publish', { TopicArn, Message: { any: 'JSON' } });
    expect(output).toMatchObject({ MessageId: expect.any(String), SdkHttpMetadata: { HttpStatusCode: 200 } });
    expect(await under.message('things')).toBe('{"any":"JSON"}');
  });

  /** callback/test_callback.snapshot.json, test_sns_publish_wait_for_task_token */
  it('waits for the token that the notification brings', async () => {
    const Message = { token: '{% $states.context.Task.Token %}' };
    const args = { TopicArn: await subscribed(), Message };
    const executionArn = under.start(await under.put(taskOf('sns:publish.waitForTaskToken', args)));
    const { token } = JSON.parse(await under.message('things'));
    await under.call('SendTaskSuccess', { taskToken: token, output: '{}' });
    expect(await under.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: {} });
  });

  it('names errors after SNS', async () => {
    const { error, cause } = await under.run('sns:publish', { TopicArn: TOPIC_ARN, Message: 'm' });
    expect(error).toBe('SNS.NotFoundException');
    expect(cause).toMatch(
      new RegExp(`\\(Service: AmazonSNS; Status Code: 404; Error Code: NotFound; ${PROXY}`),
    );
  });
});

describe('the integration with DynamoDB', () => {
  const Key = { id: { S: 'one' } };

  /** services/test_dynamodb_task_service.snapshot.json */
  it('puts, gets, updates and deletes items', async () => {
    const TableName = 'things';
    const Item = { ...Key, n: { N: '1' }, bytes: { B: 'AAEC' } };
    expect(await under.run('dynamodb:putItem', { TableName, Item })).toMatchObject({ status: 'SUCCEEDED' });
    const got = await under.run('dynamodb:getItem', { TableName, Key });
    expect(got.output).toMatchObject({ Item, SdkHttpMetadata: { HttpStatusCode: 200 } });
    const updated = await under.run('dynamodb:updateItem', {
      TableName,
      Key,
      UpdateExpression: 'SET n = n + :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'UPDATED_NEW',
    });
    expect(updated.output.Attributes).toEqual({ n: { N: '2' } });
    const deleted = await under.run('dynamodb:deleteItem', { TableName, Key, ReturnValues: 'ALL_OLD' });
    expect(deleted.output.Attributes).toMatchObject({ n: { N: '2' } });
  });

  /** error_handling/test_task_service_dynamodb.snapshot.json, test_aws_sdk.snapshot.json */
  it.each([
    [
      'dynamodb:putItem',
      'nothing',
      'DynamoDB.ResourceNotFoundException',
      /\(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; /,
    ],
    [
      'dynamodb:putItem',
      '/',
      'DynamoDB.AmazonDynamoDBException',
      /\(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; /,
    ],
    [
      'aws-sdk:dynamodb:putItem',
      'nothing',
      'DynamoDb.ResourceNotFoundException',
      /\(Service: DynamoDb, Status Code: 400, Request ID: [^,]+\)$/,
    ],
    [
      'aws-sdk:dynamodb:putItem',
      '/',
      'DynamoDb.DynamoDbException',
      /\(Service: DynamoDb, Status Code: 400, Request ID: [^,]+\)$/,
    ],
  ])('names the error of %s to the table %s: %s', async (resource, TableName, error, cause) => {
    const ended = await under.run(resource, { TableName, Item: { id: { S: 'x' } } });
    expect(ended.error).toBe(error);
    expect(ended.cause).toMatch(cause);
  });

  it('fails a condition by its name', async () => {
    const args = { TableName: 'things', Key, ConditionExpression: 'attribute_exists(id)' };
    const optimized = await under.run('dynamodb:deleteItem', args);
    expect(optimized.error).toBe('DynamoDB.ConditionalCheckFailedException');
    const sdk = await under.run('aws-sdk:dynamodb:deleteItem', args);
    expect(sdk.error).toBe('DynamoDb.ConditionalCheckFailedException');
  });

  it('refuses at run time what an expression made', async () => {
    const { error, cause } = await under.run('dynamodb:getItem', '{% $states.input %}', { Table: 'things' });
    expect(error).toBe('States.Runtime');
    expect(cause).toContain("[The field 'Table' is not supported by Step Functions");
    expect(cause).toContain("The field 'TableName' is required but was missing");
  });
});

describe('the integration with EventBridge', () => {
  const entry = { Source: 'shop', DetailType: 'Sold', Detail: { n: 1 } };

  /** services/test_events_task_service.snapshot.json */
  it('puts events, and tells of nothing but them', async () => {
    const { output } = await under.run('events:putEvents', { Entries: [entry] });
    expect(output).toEqual({ Entries: [{ EventId: expect.any(String) }], FailedEntryCount: 0 });
  });

  it('fails with an entry that fails', async () => {
    const { error, cause } = await under.run('events:putEvents', {
      Entries: [entry, { ...entry, Detail: '"text"' }],
    });
    expect(error).toBe('EventBridge.FailedEntry');
    expect(JSON.parse(cause ?? '')).toMatchObject({
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'MalformedDetail' }],
      FailedEntryCount: 1,
    });
  });
});

describe('the integration with Step Functions', () => {
  const DOUBLE = {
    StartAt: 'Double',
    States: { Double: { Type: 'Pass', Output: { n: '{% $states.input.n * 2 %}' }, End: true } },
  };
  const FAIL = { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No', Cause: 'Never.' } } };
  const WAIT = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3_600, End: true } } };

  /** services/test_sfn_task_service.snapshot.json */
  it('starts an execution', async () => {
    const StateMachineArn = await under.put(DOUBLE);
    const { output } = await under.run('states:startExecution', {
      StateMachineArn,
      Input: { n: 1 },
      Name: 'a',
    });
    expect(output).toMatchObject({
      ExecutionArn: `${StateMachineArn.replace('stateMachine', 'execution')}:a`,
      StartDate: expect.any(Number),
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
    // In milliseconds.
    expect(Math.abs(output.StartDate - Date.now())).toBeLessThan(60_000);
  });

  /** callback/test_callback.snapshot.json, test_start_execution_sync and sync2 */
  it.each([
    ['sync', '{"n":2}', '{"n":4}'],
    ['sync:2', { n: 2 }, { n: 4 }],
  ])('waits for an execution: .%s', async (pattern, Input, Output) => {
    const StateMachineArn = await under.put(DOUBLE);
    const { output, types } = await under.run(`states:startExecution.${pattern}`, {
      StateMachineArn,
      Input: { n: 2 },
    });
    expect(output).toMatchObject({
      ExecutionArn: expect.any(String),
      Input,
      InputDetails: { Included: true },
      Name: expect.any(String),
      Output,
      OutputDetails: { Included: true },
      StartDate: expect.any(Number),
      StateMachineArn,
      Status: 'SUCCEEDED',
      StopDate: expect.any(Number),
    });
    expect(types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
  });

  it('fails with the execution that it waits for', async () => {
    const StateMachineArn = await under.put(FAIL);
    const { error, cause } = await under.run('states:startExecution.sync:2', { StateMachineArn });
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause ?? '')).toMatchObject({
      Cause: 'Never.',
      Error: 'No',
      Input: '{}',
      Status: 'FAILED',
      StateMachineArn,
    });
  });

  /** https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync */
  it.each(['is stopped', 'times out'])('stops the execution that it waits for when it %s', async (how) => {
    const StateMachineArn = await under.put(WAIT);
    const limit = how === 'times out' ? { TimeoutSeconds: 1 } : {};
    const definition = taskOf('states:startExecution.sync', { StateMachineArn }, limit);
    const executionArn = under.start(await under.put(definition));
    const childArn = async () => {
      const { executions } = await under.call('ListExecutions', { stateMachineArn: StateMachineArn });
      return executions[0]?.executionArn;
    };
    const nested = await eventually(childArn);
    if (how === 'is stopped') await under.call('StopExecution', { executionArn });
    const expected = how === 'is stopped' ? 'ABORTED' : 'FAILED';
    expect((await under.ended(executionArn)).status).toBe(expected);
    expect((await under.ended(nested)).status).toBe('ABORTED');
  });

  /** error_handling/test_task_service_sfn.snapshot.json */
  it('names errors after Step Functions', async () => {
    const StateMachineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:nothing';
    const { error, cause } = await under.run('states:startExecution', { StateMachineArn });
    expect(error).toBe('StepFunctions.StateMachineDoesNotExistException');
    expect(cause).toMatch(
      new RegExp(
        `^State Machine Does Not Exist: '${StateMachineArn}' \\(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; ${PROXY}`,
      ),
    );
  });
});

describe('the integrations of the AWS SDK', () => {
  /** services/test_aws_sdk_task_service.snapshot.json */
  it('have fields in PascalCase, dates in ISO 8601, and nothing of HTTP', async () => {
    const StateMachineArn = await under.put({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
    const { output, types } = await under.run('aws-sdk:sfn:describeStateMachine', { StateMachineArn });
    expect(output).toMatchObject({
      StateMachineArn,
      Status: 'ACTIVE',
      CreationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      LoggingConfiguration: { IncludeExecutionData: false, Level: 'OFF' },
    });
    expect(output).not.toHaveProperty('SdkHttpMetadata');
    expect(types).toContain('TaskSucceeded');
  });

  it('read and write objects of S3 as texts', async () => {
    const where = { Bucket: 'things', Key: 'a/b.json' };
    await under.run('aws-sdk:s3:putObject', { ...where, Body: '{"a":"ä"}', ContentType: 'application/json' });
    const { output } = await under.run('aws-sdk:s3:getObject', where);
    expect(output).toMatchObject({ Body: '{"a":"ä"}', ContentLength: 10, ContentType: 'application/json' });
  });

  /** error_handling/test_aws_sdk.snapshot.json */
  it.each([
    [
      's3:listObjects',
      { Bucket: 'nothing' },
      'S3.NoSuchBucketException',
      /\(Service: S3, Status Code: 404, /,
    ],
    [
      'sqs:getQueueUrl',
      { QueueName: 'nothing' },
      'Sqs.QueueDoesNotExistException',
      /\(Service: Sqs, Status Code: 400, /,
    ],
    [
      'sfn:sendTaskSuccess',
      { TaskToken: 'x', Output: '1' },
      'Sfn.InvalidTokenException',
      /^Invalid Token: 'Invalid token' \(Service: Sfn, /,
    ],
    [
      'sns:publish',
      { TopicArn: TOPIC_ARN, Message: 'm' },
      'Sns.NotFoundException',
      /\(Service: Sns, Status Code: 404, /,
    ],
    ['iot:describeThing', { ThingName: 'nothing' }, 'Iot.IotException', /\(Service: Iot, /],
  ])('name the errors of %s', async (action, args, error, cause) => {
    const ended = await under.run(`aws-sdk:${action}`, args);
    expect(ended.error).toBe(error);
    expect(ended.cause).toMatch(cause);
  });

  it.each([
    [
      'a number',
      { MaxNumberOfMessages: 'many' },
      "The value of the field 'MaxNumberOfMessages' has an invalid format",
    ],
    ['a list', { AttributeNames: 'All' }, "The value of the field 'AttributeNames' has an invalid format"],
  ])('refuse at run time what is not %s', async (_, field, problem) => {
    const args = { QueueUrl: under.queueUrl('things'), ...field };
    const { error, cause } = await under.run('aws-sdk:sqs:receiveMessage', args);
    expect(error).toBe('States.Runtime');
    expect(cause).toContain(`could not be used to start the Task: [${problem}]`);
  });

  it('wait for tokens too', async () => {
    const definition = taskOf('aws-sdk:sqs:sendMessage.waitForTaskToken', {
      QueueUrl: under.queueUrl('things'),
      MessageBody: '{% $states.context.Task.Token %}',
    });
    const executionArn = under.start(await under.put(definition));
    const TaskToken = await under.message('things');
    await under.run('aws-sdk:sfn:sendTaskFailure', { TaskToken, Error: 'Refused', Cause: 'By a machine.' });
    expect(await under.ended(executionArn)).toMatchObject({ error: 'Refused', cause: 'By a machine.' });
  });
});
