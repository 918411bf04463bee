import * as z from 'zod/mini';
import {
  decommissionFields,
  deviceIdField,
  eitherHoldOrRetention,
  notBeforeField,
} from '../../shared/input.ts';

/** What an execution of `decommission-device` says, besides its envelope. */
export const input = z
  .strictObject({
    deviceId: deviceIdField,
    notBefore: z.optional(notBeforeField),
    ...decommissionFields,
  })
  .check(eitherHoldOrRetention);
