import * as z from 'zod/mini';
import { deviceIdField, reasonField, retentionDaysField } from '../../shared/input.ts';

/** What an execution of `release-device` says, besides its envelope. */
export const input = z.strictObject({
  deviceId: deviceIdField,
  requestedBy: reasonField,
  reason: z.optional(reasonField),
  retentionDays: z.optional(retentionDaysField),
});
