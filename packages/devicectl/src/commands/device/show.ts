import { describeDevice } from '@device-lifecycle/operator/device/describe.ts';
import { readDeviceId } from '@device-lifecycle/operator/device/device-id.ts';
import type { DeviceRecords } from '@device-lifecycle/operator/device/records.ts';
import { CliError, EXIT } from '@device-lifecycle/operator/errors.ts';
import { printable } from '@device-lifecycle/operator/output/printable.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Command, CommandContext } from '../../command.ts';
import { deviceAsText } from '../../device/device-text.ts';

export const showDeviceCommand: Command = {
  path: ['device', 'show'],
  summary:
    'Shows what the tables have of a device: in service or not, until when, its certificates, its guards.',
  positionals: 'DEVICE_ID',
  options: {},
  examples: [
    ['npx devicectl device show dev-1 --local', 'one on this machine'],
    ['npx devicectl device show dev-1 --stage prod --json', 'the same for a script'],
  ],
  async run(context) {
    const { readDevice } = await import('@device-lifecycle/operator/device/reader.ts');
    return showDevice(context, readDevice);
  },
};

type Read = (stack: Stack, deviceId: string) => Promise<DeviceRecords>;

export async function showDevice(context: CommandContext, read: Read): Promise<number> {
  const { positionals, values, terminal, clock } = context;
  const deviceId = readDeviceId(positionals);
  const stack = await context.connect();
  const described = describeDevice(deviceId, await read(stack, deviceId), clock.now());
  if (values.flag('json')) terminal.out(printable(JSON.stringify(described, null, 2)));
  else if (described.state !== 'unknown') terminal.out(deviceAsText(described));
  if (described.state !== 'unknown') return EXIT.done;
  throw new CliError(
    `There is no device ${deviceId} in ${stack.name}: it was never registered, or is purged.`,
    {
      exitCode: EXIT.notFound,
    },
  );
}
