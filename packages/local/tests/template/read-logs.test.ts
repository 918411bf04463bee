import { describe, expect, test } from '@jest/globals';
import { readStack } from '../../src/template/read-stack.ts';
import type { JsonObject } from '../../src/template/template.ts';

const environment = {
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'shop-dev',
  endpointUrl: 'http://127.0.0.1:4566',
};

const read = (Resources: JsonObject) =>
  readStack(JSON.stringify({ Resources }), environment, { codeDirOf: () => '/code' });

const definition = (properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::Logs::QueryDefinition',
  Properties: { Name: 'shop/errors', QueryString: 'fields @message', ...properties },
});

const fn = (LoggingConfig: JsonObject): JsonObject => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'place-order',
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Code: { S3Bucket: 'b', S3Key: 'a/placeOrder.zip' },
    LoggingConfig,
  },
});

describe('reading logs', () => {
  test('log groups and query definitions are run', () => {
    const stack = read({
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/shop', RetentionInDays: '7' } },
      Other: { Type: 'AWS::Logs::LogGroup' },
      Errors: definition({ LogGroupNames: [{ Ref: 'Group' }], QueryLanguage: 'CWLI' }),
    });

    expect(stack.logGroups).toEqual([
      { logGroupName: '/shop', retentionInDays: 7 },
      { logGroupName: expect.stringMatching(/^shop-dev-Other-/) },
    ]);
    expect(stack.queryDefinitions).toEqual([
      {
        queryDefinitionId: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        name: 'shop/errors',
        queryString: 'fields @message',
        logGroupNames: ['/shop'],
      },
    ]);
    expect(stack.notRun).toEqual([]);
  });

  test.each([
    [definition({ QueryString: 'pattern @message' }), 'Resources.It.Properties.QueryString'],
    [definition({ QueryLanguage: 'SQL' }), 'Resources.It.Properties.QueryLanguage'],
    [definition({ Unknown: 1 }), 'Resources.It.Properties.Unknown'],
    [{ Type: 'AWS::Logs::LogGroup', Properties: { Unknown: 1 } }, 'Resources.It.Properties.Unknown'],
    [fn({ LogFormat: 'XML' }), 'Resources.It.Properties.LoggingConfig.LogFormat'],
    [fn({ ApplicationLogLevel: 'ERROR' }), 'Resources.It.Properties.LoggingConfig.ApplicationLogLevel'],
    [fn({ SystemLogLevel: 'DEBUG' }), 'Resources.It.Properties.LoggingConfig.SystemLogLevel'],
    [fn({ Unknown: 1 }), 'Resources.It.Properties.LoggingConfig.Unknown'],
  ])('refuses what it would run otherwise: %j', (resource, path) => {
    expect(() => read({ It: resource })).toThrow(path);
  });

  test('functions log as they are configured to', () => {
    const { functions } = read({
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/shop' } },
      PlaceOrder: fn({ LogFormat: 'JSON', LogGroup: { Ref: 'Group' }, ApplicationLogLevel: 'DEBUG' }),
    });

    expect(functions[0]?.logging).toEqual({
      logFormat: 'JSON',
      applicationLogLevel: 'DEBUG',
      systemLogLevel: 'INFO',
      logGroupName: '/shop',
    });
  });
});
