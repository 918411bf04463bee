import { UsageError } from '@device-lifecycle/operator/errors.ts';
import type { ExecutionStarter } from '@device-lifecycle/operator/executions/ports.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Command, CommandContext } from '../../command.ts';
import { CONFIRM_OPTIONS } from '../../confirm.ts';
import { OPERATION_OPTIONS, type Operation, operate } from '../../device/operate.ts';
import { readTime } from '../../times.ts';

export const decommissionDeviceCommand: Command = {
  path: ['device', 'decommission'],
  summary: 'Takes a device out of service, now or later; it can come back while its retention lasts.',
  positionals: 'DEVICE_ID',
  options: {
    ...OPERATION_OPTIONS,
    'retention-days': {
      type: 'string',
      value: 'N',
      description: "for how long it can come back (the stack's own for its type)",
    },
    'not-before': {
      type: 'string',
      value: 'TIME',
      description: 'not now, but then: ISO 8601, or epoch seconds',
    },
    'legal-hold': { type: 'boolean', description: 'keep the record until the hold is released' },
    ...CONFIRM_OPTIONS,
  },
  examples: [
    ['npx devicectl device decommission dev-1 --reason "returned by customer"', 'asks, and does it'],
    [
      'npx devicectl device decommission dev-1 --reason recall --not-before 2026-12-31T18:00:00Z --yes',
      'at that time, without asking',
    ],
    ['npx devicectl device decommission dev-1 --reason audit --legal-hold --yes --json', 'for a script'],
  ],
  async run(context) {
    const { withExecutions } = await import('../../executions/with-executions.ts');
    return withExecutions(context, (executions, stack) => decommissionDevice(context, executions, stack));
  },
};

export function decommissionDevice(
  context: CommandContext,
  executions: ExecutionStarter,
  stack: Stack,
): Promise<number> {
  return operate(context, executions, stack, operationOf(context));
}

function operationOf({ values }: CommandContext): Operation {
  const retentionDays = values.number('retention-days');
  const notBefore = values.text('not-before');
  const legalHold = values.flag('legal-hold');
  if (legalHold && retentionDays !== undefined) {
    throw new UsageError('--legal-hold has no end: leave out --retention-days.');
  }
  return {
    machine: 'decommission-device',
    needsReason: true,
    mayBeScheduled: notBefore !== undefined,
    question: (deviceId, where) => `Decommission ${deviceId} of ${where}`,
    input: {
      ...(retentionDays !== undefined && { retentionDays }),
      ...(notBefore !== undefined && { notBefore: Math.ceil(readTime('not-before', notBefore) / 1_000) }),
      ...(legalHold && { legalHold }),
    },
  };
}
