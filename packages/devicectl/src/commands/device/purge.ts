import type { ExecutionStarter } from '@device-lifecycle/operator/executions/ports.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Command, CommandContext } from '../../command.ts';
import { CONFIRM_OPTIONS } from '../../confirm.ts';
import { OPERATION_OPTIONS, operate } from '../../device/operate.ts';

export const purgeDeviceCommand: Command = {
  path: ['device', 'purge'],
  summary: 'Ends the afterlife of a decommissioned device before its time: nothing brings it back.',
  positionals: 'DEVICE_ID',
  options: { ...OPERATION_OPTIONS, ...CONFIRM_OPTIONS },
  examples: [
    ['npx devicectl device purge dev-1 --reason "erasure request 12"', 'asks, and does it'],
    ['npx devicectl device purge dev-1 --reason "test device" --yes', 'without asking'],
  ],
  async run(context) {
    const { withExecutions } = await import('../../executions/with-executions.ts');
    return withExecutions(context, (executions, stack) => purgeDevice(context, executions, stack));
  },
};

export function purgeDevice(
  context: CommandContext,
  executions: ExecutionStarter,
  stack: Stack,
): Promise<number> {
  return operate(context, executions, stack, {
    machine: 'purge-device',
    needsReason: true,
    question: (deviceId, where) => `Purge ${deviceId} of ${where} for good`,
    input: {},
  });
}
