import type { Command } from '../../command.ts';
import { OPERATION_OPTIONS, operate } from '../../device/operate.ts';

export const restoreDeviceCommand: Command = {
  path: ['device', 'restore'],
  summary: 'Brings a decommissioned device back as it was, while its retention lasts.',
  positionals: 'DEVICE_ID',
  options: OPERATION_OPTIONS,
  examples: [
    ['npx devicectl device restore dev-1 --reason "wrong device"', 'one'],
    ['npx devicectl device restore dev-1 --no-wait --json', 'starts it, for a script'],
  ],
  async run(context) {
    const { withExecutions } = await import('../../executions/with-executions.ts');
    return withExecutions(context, (executions, stack) =>
      operate(context, executions, stack, { machine: 'restore-device', input: {} }),
    );
  },
};
