import { createRequire } from 'node:module';
import type { JsonObject } from '@device-lifecycle/local/template/template.ts';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';

/** Has no types of its own. */
const validate: (definition: object) => { isValid: boolean; errors: readonly object[] } = createRequire(
  import.meta.url,
)('asl-validator');

/**
 * The validator's pattern for JSONata takes no line breaks, which JSONata and AWS take like any space. And a BatchInput
 * that is one expression fits two of its schemas, of which it wants one.
 */
const asValidatorTakesIt = (definition: JsonObject): JsonObject =>
  JSON.parse(
    JSON.stringify(definition)
      .replaceAll('\\n', ' ')
      .replaceAll(/"BatchInput":("[^"]+")/g, '"BatchInput":{"all":$1}'),
  );

type State = Readonly<Record<string, unknown>> & { readonly Type: string };

/** Those of its Maps' children too. */
const statesOf = (definition: JsonObject): readonly State[] =>
  Object.values(Object(definition['States'])).flatMap((state) => [
    Object(state),
    ...statesOf(Object(Object(state).ItemProcessor)),
  ]);

const mapsOf = (definition: JsonObject): readonly State[] =>
  statesOf(definition).filter(({ Type }) => Type === 'Map');

const retriedErrors = (definition: JsonObject): readonly string[] =>
  statesOf(definition).flatMap(({ Retry = [] }) =>
    (Retry as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals),
  );

/** What does not stand in the function's name. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  DecommissionFleetStateMachine: 'DecommissionDevicesLambdaFunction',
  RestoreFleetStateMachine: 'RestoreDevicesLambdaFunction',
  ProposeStaleStateMachine: 'ScanStaleDevicesLambdaFunction',
};

describe('the state machines of the packaged template', () => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  it('are valid Amazon States Language', () => {
    for (const { definition } of template.stack.stateMachines) {
      expect(validate(asValidatorTakesIt(definition))).toMatchObject({ isValid: true, errors: [] });
    }
    expect(template.stack.stateMachines).toHaveLength(8);
  });

  it('are written in JSONata, with every task bounded in time', () => {
    for (const { definition } of template.stack.stateMachines) {
      expect(definition['QueryLanguage']).toBe('JSONata');
      const tasks = statesOf(definition).filter(({ Type }) => Type === 'Task');
      expect(tasks.length).toBeGreaterThan(0);
      for (const task of tasks) expect(Object(task).TimeoutSeconds).toBeGreaterThan(10);
    }
  });

  it('invoke the function of their own name, or of their own batches', () => {
    for (const { definition, logicalId } of template.stack.stateMachines) {
      const functionId = FUNCTIONS[logicalId] ?? logicalId.replace(/StateMachine$/, 'LambdaFunction');
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

  it('move fleets alike, but for the function', () => {
    const [decommission, restore] = ['-decommission-fleet', '-restore-fleet'].map((end) => {
      const found = template.stack.stateMachines.find(({ name }) => name.endsWith(end));
      return JSON.stringify(found?.definition).replaceAll(/-(decommission|restore)-devices/g, '');
    });
    expect(decommission).toBe(restore);
  });

  it('wait for each function longer than it may run', () => {
    const timeouts = new Map(template.stack.functions.map(({ arn, timeoutMs }) => [arn, timeoutMs]));
    for (const { definition } of template.stack.stateMachines) {
      for (const { TimeoutSeconds, Arguments } of statesOf(definition)) {
        if (TimeoutSeconds === undefined) continue;
        const timeoutMs = timeouts.get(Object(Arguments).FunctionName);
        expect(Number(TimeoutSeconds) * 1000).toBeGreaterThan(Number(timeoutMs));
      }
    }
  });

  it('have labels for the map runs that their roles may redrive', () => {
    for (const { definition, logicalId } of template.stack.stateMachines) {
      const role = template.ofType('AWS::IAM::Role').find((one) => one.logicalId === `${logicalId}Role`);
      const redriven = [...JSON.stringify(role?.properties).matchAll(/:execution:[\w-]+\/(\w+):\*/g)];
      expect(mapsOf(definition).map(({ Label }) => Label)).toEqual(redriven.map(([, label]) => label));
    }
  });

  it('may take on their roles, and so may the children of their maps', () => {
    for (const { arn, definition, logicalId } of template.stack.stateMachines) {
      const role = template.ofType('AWS::IAM::Role').find((one) => one.logicalId === `${logicalId}Role`);
      const [{ Condition }] = Object(role?.properties['AssumeRolePolicyDocument']).Statement;
      const children = mapsOf(definition).length > 0 ? [`${arn}/*`] : [];
      expect([Condition.ArnLike['aws:SourceArn']].flat()).toEqual([arn, ...children]);
    }
  });

  it('end a batch that is throttled as a whole before its child runs out of time', () => {
    const express = template.stack.stateMachines
      .flatMap(({ definition }) => mapsOf(definition))
      .filter(({ ItemProcessor }) => Object(ItemProcessor).ProcessorConfig.ExecutionType === 'EXPRESS');
    expect(express).toHaveLength(4);
    for (const { ItemProcessor } of express) {
      const [[throttled] = []] = statesOf(Object(ItemProcessor)).map(({ Retry }) => Retry as object[]);
      const { ErrorEquals, MaxAttempts, MaxDelaySeconds } = Object(throttled);
      expect(ErrorEquals).toContain('Throttled');
      expect((MaxAttempts + 1) * 57 + MaxAttempts * MaxDelaySeconds).toBeLessThan(300);
    }
  });

  it('log failures, without the data of executions', () => {
    for (const { loggingConfiguration } of template.stack.stateMachines) {
      expect(loggingConfiguration).toMatchObject({ level: 'ERROR', includeExecutionData: false });
    }
  });
});
