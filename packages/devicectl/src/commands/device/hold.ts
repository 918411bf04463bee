import type { Command } from '../../command.ts';
import { OPERATION_OPTIONS, operate } from '../../device/operate.ts';

export const holdDeviceCommand: Command = {
  path: ['device', 'hold'],
  summary: 'Puts the record of a decommissioned device under legal hold: it does not expire.',
  positionals: 'DEVICE_ID',
  options: OPERATION_OPTIONS,
  examples: [['npx devicectl device hold dev-1 --reason "case 4711"', 'until it is released']],
  async run(context) {
    const { withExecutions } = await import('../../executions/with-executions.ts');
    return withExecutions(context, (executions, stack) =>
      operate(context, executions, stack, { machine: 'hold-device', needsReason: true, input: {} }),
    );
  },
};
