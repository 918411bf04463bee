import * as z from 'zod/mini';
import { fleetFields } from '../../shared/fleet-input.ts';
import { restoreFields } from '../../shared/input.ts';

/** What an execution of `restore-fleet` says; its source can lie in this bucket alone. */
export const fleetInput = (bucket: string) => z.strictObject({ ...fleetFields(bucket), ...restoreFields });
