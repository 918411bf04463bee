import type { Command } from '../../command.ts';
import { OPERATION_OPTIONS, operate } from '../../device/operate.ts';

export const releaseDeviceCommand: Command = {
  path: ['device', 'release'],
  summary: 'Lifts the legal hold of a record, whose retention goes on with what was left of it.',
  positionals: 'DEVICE_ID',
  options: {
    ...OPERATION_OPTIONS,
    'retention-days': { type: 'string', value: 'N', description: 'in place of what was left' },
  },
  examples: [
    ['npx devicectl device release dev-1', 'with what was left of its retention'],
    ['npx devicectl device release dev-1 --retention-days 7 --reason "case closed"', 'with a week'],
  ],
  async run(context) {
    const { withExecutions } = await import('../../executions/with-executions.ts');
    const retentionDays = context.values.number('retention-days');
    return withExecutions(context, (executions, stack) =>
      operate(context, executions, stack, {
        machine: 'release-device',
        input: { ...(retentionDays !== undefined && { retentionDays }) },
      }),
    );
  },
};
