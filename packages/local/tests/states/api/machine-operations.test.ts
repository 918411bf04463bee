import {
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import {
  ACCOUNT_ID,
  functionsOf,
  machineOf,
  noObjects,
  REGION,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../src/aws.ts';
import { createStatesService } from '../../../src/states/states-service.ts';
import { EXPRESS_ARN, MACHINE, MACHINE_ARN, statesApi } from '../states-api.ts';

const api = statesApi();

describe('state machines', () => {
  it('are listed and described', async () => {
    const { stateMachines } = await api.client.send(new ListStateMachinesCommand({}));
    expect(stateMachines).toEqual([
      {
        stateMachineArn: MACHINE_ARN,
        name: 'machine',
        type: 'STANDARD',
        creationDate: new Date('2026-01-01'),
      },
      {
        stateMachineArn: EXPRESS_ARN,
        name: 'express',
        type: 'EXPRESS',
        creationDate: new Date('2026-01-01'),
      },
    ]);
    const first = await api.client.send(new ListStateMachinesCommand({ maxResults: 1 }));
    expect(first.stateMachines).toHaveLength(1);
    const second = await api.client.send(
      new ListStateMachinesCommand({ maxResults: 1, nextToken: first.nextToken }),
    );
    expect(second.stateMachines?.map(({ name }) => name)).toEqual(['express']);
    expect(second.nextToken).toBeUndefined();
    const described = await api.client.send(
      new DescribeStateMachineCommand({ stateMachineArn: MACHINE_ARN }),
    );
    expect(described).toMatchObject({
      name: 'machine',
      status: 'ACTIVE',
      type: 'STANDARD',
      roleArn: MACHINE.roleArn,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    });
    expect(JSON.parse(described.definition ?? '')).toEqual(MACHINE.definition);
  });

  it('are validated without being made', async () => {
    const validate = (definition: string) =>
      api.client.send(new ValidateStateMachineDefinitionCommand({ definition }));
    expect(await validate(JSON.stringify(MACHINE.definition))).toMatchObject({
      result: 'OK',
      diagnostics: [],
    });
    const { result, diagnostics } = await validate(
      '{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Wait"}}}',
    );
    expect(result).toBe('FAIL');
    expect(diagnostics?.[0]).toMatchObject({
      severity: 'ERROR',
      code: 'SCHEMA_VALIDATION_FAILED',
      location: '/States/A',
    });
    expect(await validate('{')).toMatchObject({ diagnostics: [{ code: 'INVALID_JSON_DESCRIPTION' }] });
  });

  it('that can’t be run are refused when the service is made, with their name, state and reason', () => {
    const bad = machineOf({ StartAt: 'A', States: { A: { Type: 'Pass', ResultPath: '$.x', End: true } } });
    const make = () =>
      createStatesService({
        machines: [bad],
        functions: functionsOf(() => 1),
        clock: api.clock,
        accountId: ACCOUNT_ID,
        region: REGION,
        log: silentLog,
        ...noObjects(),
      });
    expect(make).toThrow(AwsError);
    expect(make).toThrow(
      /^State machine 'machine' can't be run: .* field 'ResultPath' is only supported for the 'JSONPath' .* \(at \/States\/A\)/,
    );
  });
});
