import type { DeviceOperation as StartedOperation } from '@device-lifecycle/operator/device/start-operation.ts';
import * as z from 'zod';
import type { OperationRequest } from '../../contract/device.ts';

/** As the state machines take them: see docs/executions.schema.json. */
const MAX_RETENTION_DAYS = 36_500;
const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .refine((value) => [...value].length <= maxLength, `at most ${maxLength} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'no control characters');

const requestId = text(128);
const reason = text(1024);
const retentionDays = z.number().positive().max(MAX_RETENTION_DAYS);

const request = z.discriminatedUnion('operation', [
  z
    .strictObject({
      operation: z.literal('decommission'),
      requestId,
      reason,
      retentionDays: retentionDays.optional(),
      notBeforeMs: z.int().positive().optional(),
      legalHold: z.boolean().optional(),
    })
    .refine(
      ({ legalHold, retentionDays }) => legalHold !== true || retentionDays === undefined,
      'a legal hold has no end: leave out the retention',
    ),
  z.strictObject({ operation: z.literal('restore'), requestId, reason: reason.optional() }),
  z.strictObject({ operation: z.literal('hold'), requestId, reason }),
  z.strictObject({
    operation: z.literal('release'),
    requestId,
    reason: reason.optional(),
    retentionDays: retentionDays.optional(),
  }),
  z.strictObject({ operation: z.literal('purge'), requestId, reason }),
]);

/** What the state machine of an operation is asked. @throws ZodError */
export function readOperation(deviceId: string, body: unknown): StartedOperation {
  const { operation, requestId, reason, retentionDays, notBeforeMs, legalHold }: Loose = request.parse(body);
  return {
    machine: `${operation}-device`,
    deviceId,
    requestId,
    ...(reason !== undefined && { reason }),
    input: {
      ...(retentionDays !== undefined && { retentionDays }),
      ...(notBeforeMs !== undefined && { notBefore: Math.ceil(notBeforeMs / 1_000) }),
      ...(legalHold === true && { legalHold }),
    },
  };
}

type Loose = { readonly [K in keyof OperationRequest]: OperationRequest[K] | undefined } & {
  readonly operation: OperationRequest['operation'];
  readonly requestId: string;
};
