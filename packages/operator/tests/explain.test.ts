import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { jsonError, type WireAnswer, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { CliError, EXIT, NoStackError, UsageError } from '../src/errors.ts';
import { explain, isHopeless, kindOf } from '../src/explain.ts';

const named = (name: string, message = 'It said so.') => Object.assign(new Error(message), { name });

const configOf = (answer: WireAnswer) => wireConfig(() => answer);

const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => expect('it succeeded').toBe('it failed'),
    (error: unknown) => error,
  );

const machineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:device-lifecycle-dev-hold-device';
const sfn = (answer: WireAnswer) =>
  thrownBy(new SFNClient(configOf(answer)).send(new ListExecutionsCommand({ stateMachineArn: machineArn })));
const dynamodb = (answer: WireAnswer) =>
  thrownBy(
    new DynamoDBClient(configOf(answer)).send(
      new GetItemCommand({ TableName: 't', Key: { id: { S: 'x' } } }),
    ),
  );
const sts = (answer: WireAnswer) =>
  thrownBy(new STSClient(configOf(answer)).send(new GetCallerIdentityCommand()));

describe('an error of the SDK, for an operator', () => {
  it.each([
    [
      'a state machine that does not exist',
      () =>
        sfn(
          jsonError(
            'com.amazonaws.swf.service.v2.model#StateMachineDoesNotExist',
            `State Machine Does Not Exist: '${machineArn}'`,
          ),
        ),
      /^There is no stack device-lifecycle-dev in a test \(State Machine Does Not Exist: .+\): deploy it, or check --stage, --region and --profile\.$/,
    ],
    [
      'a table that does not exist',
      () =>
        dynamodb(
          jsonError(
            'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
            'Requested resource not found',
          ),
        ),
      /^There is no stack device-lifecycle-dev in a test \(Requested resource not found\): deploy it/,
    ],
    [
      'a bucket that does not exist',
      () =>
        thrownBy(
          new S3Client(
            configOf({
              statusCode: 404,
              type: 'application/xml',
              body: '<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>',
            }),
          ).send(new ListObjectsV2Command({ Bucket: 'b' })),
        ),
      /^There is no stack device-lifecycle-dev in a test \(The specified bucket does not exist\): deploy it/,
    ],
    [
      'a token that has expired',
      () =>
        dynamodb(
          jsonError(
            'com.amazon.coral.service#ExpiredTokenException',
            'The security token included in the request is expired',
          ),
        ),
      /^The AWS credentials have expired: .*"aws sso login"\.$/,
    ],
    [
      'a key that nobody knows',
      () =>
        sts({
          statusCode: 403,
          type: 'text/xml',
          body: '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>',
        }),
      /^AWS does not know these credentials: check --profile/,
    ],
    [
      'what is not permitted',
      () =>
        sfn(
          jsonError(
            'com.amazon.coral.service#AccessDeniedException',
            'User: arn:aws:iam::123456789012:user/ann is not authorized to perform: states:ListExecutions. No policy allows it.',
          ),
        ),
      /^You may not do this \(User: .*states:ListExecutions; no policy allows it\): docs\/operations\.md lists the permissions/,
    ],
  ])('%s is one sentence that says what to do', async (_, call, words) => {
    expect(explain(await call(), testStack)).toMatch(words);
  });

  it('a profile that is not there', () => {
    const stack = { ...testStack, clientConfig: { maxAttempts: 1, profile: 'nobody' } };
    const thrown = named('CredentialsProviderError', 'Could not load credentials from any providers');
    expect(explain(thrown, stack)).toBe(
      'The profile "nobody" is not there or has no credentials (Could not load credentials from any providers): check --profile, or run "aws sso login --profile nobody".',
    );
  });

  it('an SSO session that has expired', () => {
    const words =
      "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.";
    for (const name of ['TokenProviderError', 'CredentialsProviderError']) {
      expect(explain(named(name, words))).toMatch(
        /\(Token is expired; to refresh .*profile\): .*"aws sso login"/,
      );
    }
  });

  it('a Region that is none', async () => {
    const config = { ...configOf(jsonError('x', 'x')), region: 'eu west' };
    const thrown = await thrownBy(new S3Client(config).send(new HeadBucketCommand({ Bucket: 'b' })));
    expect(explain(thrown, testStack)).toMatch(/^The AWS Region is not the name of one: give --region/);
    expect(explain(new Error('Region is missing'))).toContain('--region');
  });

  it('a stack that is missing on this machine', () => {
    const local = { ...testStack, clientConfig: { maxAttempts: 1, endpoint: 'http://127.0.0.1:4566' } };
    expect(explain(named('ResourceNotFoundException'), local)).toContain('start it again with "npm start"');
  });
});

describe('an error, for an operator', () => {
  it.each([
    ['CredentialsProviderError', 'name a profile with --profile'],
    ['ExpiredTokenException', 'aws sso login'],
    ['UnrecognizedClientException', 'check --profile'],
    ['AccessDeniedException', 'docs/operations.md lists the permissions'],
    ['RequestTimeTooSkewed', 'clock'],
    ['PermanentRedirect', 'check --region'],
    ['TimeoutError', '"npm start" runs'],
    ['TooManyRequestsException', '"dead-letters redrive" with a lower --rate'],
  ])('%s says what to do, in one sentence', (name, words) => {
    const sentence = explain(named(name));
    expect(sentence).toContain(words);
    expect(sentence).toMatch(/\.$/);
    expect(sentence).not.toMatch(/\. [A-Z]/);
  });

  it('is told by the code of the operating system too, also when there are several', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(explain(refused)).toMatch(/^Nothing answers/);
    expect(explain(new AggregateError([refused, refused], ''))).toMatch(/^Nothing answers/);
  });

  it('is told by its own words when there is nothing better', () => {
    expect(explain(new CliError('Do this.'))).toBe('Do this.');
    expect(explain(named('KmsThrottled', 'wait'))).toBe('KmsThrottled: wait.');
    expect(explain('words')).toBe('Error: words.');
    expect(explain(named('ResourceNotFoundException', 'gone'))).toBe('ResourceNotFoundException: gone.');
  });

  it('makes trying the next one hopeless when it is about who asks', () => {
    expect(isHopeless(named('ExpiredToken'))).toBe(true);
    expect(isHopeless(named('AccessDenied'))).toBe(true);
    expect(isHopeless(named('TooManyRequestsException'))).toBe(false);
    expect(isHopeless('ExpiredToken')).toBe(false);
  });
});

describe('the kind of an error', () => {
  it.each([
    ['forbidden', named('AccessDeniedException')],
    ['forbidden', Object.assign(named('UnknownError'), { $metadata: { httpStatusCode: 403 } })],
    ['credentials', named('CredentialsProviderError')],
    ['credentials', named('ExpiredTokenException')],
    ['credentials', named('UnrecognizedClientException')],
    ['credentials', named('Error', 'Region is missing')],
    ['unreachable', new AggregateError([Object.assign(new Error('no'), { code: 'ECONNREFUSED' })], '')],
    ['throttled', named('ThrottlingException')],
    ['notFound', named('ExecutionDoesNotExist')],
    ['notFound', new CliError('Look elsewhere.', { exitCode: EXIT.notFound })],
    ['noStack', named('StateMachineDoesNotExist')],
    ['noStack', new NoStackError('Deploy it.')],
    ['noStack', new CliError('In words.', { cause: named('NoSuchBucket') })],
    ['invalid', new UsageError('Give one.')],
    ['invalid', named('ValidationException')],
    ['failed', new CliError('In words.', { cause: named('KmsThrottled') })],
    ['failed', new CliError('In words.')],
    ['failed', named('KmsThrottled')],
    ['failed', 'words'],
  ])('is %s, also of one in words: %s', (kind, error) => {
    expect(kindOf(error)).toBe(kind);
  });
});
