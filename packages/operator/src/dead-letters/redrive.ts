import { CliError, RefusedLetter } from '../errors.ts';
import type { StreamBatch } from './letter.ts';
import { planRedrive } from './plan-redrive.ts';
import type { Functions, StreamRecords } from './ports.ts';
import type { HeldLetter } from './scan.ts';

export interface RedriveTargets {
  readonly functions: Functions;
  readonly streamRecords: StreamRecords;
}

/**
 * Sends a letter again. Resolves once its target has accepted it; what fails later comes back as a new dead letter.
 * Throws `RefusedLetter` for one that cannot be sent, and what the target throws.
 */
export async function redrive(
  { letter, message }: HeldLetter,
  { functions, streamRecords }: RedriveTargets,
  stackName: string,
): Promise<void> {
  const plan = planRedrive(letter, message, stackName);
  switch (plan.action) {
    case 'none':
      throw new RefusedLetter(plan.why);
    case 'invoke':
      return functions.invokeAsync(plan.functionName, plan.event);
    case 'replay':
      return replay(plan.functionName, plan.batch, { functions, streamRecords });
  }
}

/** Waits for the function: asynchronously, records that it answers it could not handle would count as handled. */
async function replay(
  functionName: string,
  batch: StreamBatch,
  { functions, streamRecords }: RedriveTargets,
): Promise<void> {
  const Records = await streamRecords.read(functionName, batch);
  const { batchItemFailures } = Object(await functions.invoke(functionName, JSON.stringify({ Records })));
  if (!Array.isArray(batchItemFailures) || batchItemFailures.length === 0) return;
  throw new CliError('The function could not handle the records this time either: its log says why');
}
