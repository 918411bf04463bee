import {
  type PackagedTemplate,
  packagedTemplate,
  tunedTemplate,
} from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';

describe('the rules of the packaged template', () => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  it('read one topic filter each', () => {
    const filters = template.stack.rules.map(({ sql }) => /FROM '([^']+)'/.exec(sql)?.[1]);
    expect(filters).toEqual([
      'devices/+/register',
      'devices/+/update',
      'devices/+/heartbeat',
      'devices/+/decommission',
      '$aws/events/presence/+/+',
      'devices/+/+',
    ]);
  });

  it('all name the SQL version, since the default of CloudFormation is an old one', () => {
    for (const { awsIotSqlVersion } of template.stack.rules) expect(awsIotSqlVersion).toBe('2016-03-23');
  });

  it('are all enabled', () => {
    for (const { ruleDisabled } of template.stack.rules) expect(ruleDisabled).toBe(false);
  });

  it('all send what they cannot deliver to the dead-letter queue', () => {
    const [deadLetters] = template.stack.queues;
    for (const { errorAction } of template.stack.rules) {
      expect(errorAction).toMatchObject({ sqs: { queueUrl: deadLetters?.url, useBase64: false } });
    }
  });

  it('have names that AWS IoT allows, also in stages with a hyphen', async () => {
    const { stack } = await tunedTemplate();
    for (const { ruleName } of stack.rules) expect(ruleName).toMatch(/^[a-zA-Z0-9_]+$/);
  });

  it('may invoke the function of their action, each by a permission for it and this account alone', () => {
    const { rules, functions } = template.stack;
    const invoking = rules.flatMap(({ arn, actions }) =>
      actions.flatMap((action) => {
        const { lambda } = Object(action);
        return lambda === undefined ? [] : [{ ruleArn: arn, functionArn: lambda.functionArn }];
      }),
    );

    const permitted = functions.flatMap(({ arn, permissions }) =>
      permissions
        // The schedule's own: see event-sources.test.ts.
        .filter(({ principal }) => principal !== 'events.amazonaws.com')
        .map(({ principal, sourceArn, sourceAccount }) => ({
          ruleArn: sourceArn,
          functionArn: arn,
          principal,
          sourceAccount,
        })),
    );

    expect(permitted).toHaveLength(invoking.length);
    for (const invocation of invoking) {
      expect(permitted).toContainEqual({
        ...invocation,
        principal: 'iot.amazonaws.com',
        sourceAccount: template.environment.accountId,
      });
    }
  });
});
