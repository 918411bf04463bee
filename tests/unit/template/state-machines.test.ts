import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../local/template/json.ts';
import { type PackagedTemplate, packagedTemplate } from '../../support/packaged-template.ts';

/** Has no types of its own. */
const validate: (definition: object) => { isValid: boolean; errors: readonly object[] } = createRequire(
  import.meta.url,
)('asl-validator');

/** The validator's pattern for JSONata takes no line breaks, which JSONata and AWS take like any space. */
const onOneLine = (definition: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(definition).replaceAll('\\n', ' '));

const retriedErrors = (definition: JsonObject): readonly string[] =>
  Object.values(Object(definition['States'])).flatMap((state) =>
    (Object(state).Retry ?? []).flatMap(({ ErrorEquals }: { ErrorEquals: string[] }) => ErrorEquals),
  );

describe('the state machines of the packaged template', () => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  it('are valid Amazon States Language', () => {
    for (const { definition } of template.stack.stateMachines) {
      expect(validate(onOneLine(definition))).toMatchObject({ isValid: true, errors: [] });
    }
    expect(template.stack.stateMachines).toHaveLength(5);
  });

  it('are written in JSONata, with every task bounded in time', () => {
    for (const { definition } of template.stack.stateMachines) {
      expect(definition['QueryLanguage']).toBe('JSONata');
      const tasks = Object.values(Object(definition['States'])).filter(
        (state) => Object(state).Type === 'Task',
      );
      for (const task of tasks) expect(Object(task).TimeoutSeconds).toBeGreaterThan(10);
    }
  });

  it('invoke the function of their own name', () => {
    for (const { definition, logicalId } of template.stack.stateMachines) {
      const functionId = logicalId.replace(/StateMachine$/, 'LambdaFunction');
      const functionArn = template.stack.functions.find((fn) => fn.logicalId === functionId)?.arn;
      expect(JSON.stringify(definition)).toContain(`"FunctionName":"${functionArn}"`);
    }
  });

  it('settle the credentials after a move, and are done even if that has to wait', () => {
    const moving = template.stack.stateMachines.filter(({ name }) =>
      /-(decommission|restore)-device$/.test(name),
    );
    expect(moving).toHaveLength(2);
    for (const { definition } of moving) {
      const { SettleCredentials: settle, ...others } = Object(definition['States']);
      const settleArn = template.stack.functions.find(
        ({ logicalId }) => logicalId === 'SettleCredentialsLambdaFunction',
      )?.arn;

      expect(JSON.stringify(others)).toMatch(/"(Next|Default)":"SettleCredentials"/);
      expect(settle.Arguments.FunctionName).toBe(settleArn);
      expect(settle.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: settle.Next }]);
      expect(settle.Catch[0].Output).toContain('"credentials": "pending"');
      expect(others[settle.Next]).toMatchObject({ Type: 'Succeed' });
      expect(settle.Retry[0].ErrorEquals).toContain('CredentialsBusy');
    }
  });

  it('remove what is left after a purge, and are done even if that has to wait', () => {
    const [purge] = template.stack.stateMachines.filter(({ name }) => name.endsWith('-purge-device'));
    const { RemoveRemains: remove, ...others } = Object(purge?.definition['States']);
    expect(others.PurgeDevice.Next).toBe('RemoveRemains');
    expect(remove.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: remove.Next }]);
    expect(others[remove.Next]).toMatchObject({ Type: 'Succeed' });
    expect(remove.Retry[0].ErrorEquals).toEqual(expect.arrayContaining(['PurgeBusy', 'StillAttached']));
  });

  it('retry what another try can mend, with full jitter, and no answer of ours', () => {
    for (const { definition } of template.stack.stateMachines) {
      const errors = retriedErrors(definition);
      expect(errors).toEqual(
        expect.arrayContaining(['TransactionConflict', 'Throttled', 'Lambda.TooManyRequestsException']),
      );
      for (const answer of [
        'States.ALL',
        'States.TaskFailed',
        'DeviceNotFound',
        'InvalidInput',
        'StaleRequest',
      ]) {
        expect(errors).not.toContain(answer);
      }
      expect(JSON.stringify(definition)).not.toMatch(/"JitterStrategy":"NONE"/);
    }
  });

  it('log failures, without the data of executions', () => {
    for (const { loggingConfiguration } of template.stack.stateMachines) {
      expect(loggingConfiguration).toMatchObject({ level: 'ERROR', includeExecutionData: false });
    }
  });
});
