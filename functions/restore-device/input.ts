import * as z from 'zod/mini';
import { deviceIdField, restoreFields } from '../../shared/input.ts';

/** What an execution of `restore-device` says, besides its envelope. */
export const input = z.strictObject({ deviceId: deviceIdField, ...restoreFields });
