import * as z from 'zod/mini';
import { deviceIdField, reasonField } from '../../shared/input.ts';

/** What an execution of `purge-device` says, besides its envelope. */
export const input = z.strictObject({
  deviceId: deviceIdField,
  reason: reasonField,
  requestedBy: reasonField,
});
