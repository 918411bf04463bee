import type { Prepared, RunningStacks } from '../running-stacks.ts';
import type { StackRecord } from '../stack-record.ts';
import { checkExports } from './exports.ts';

/** The error is of a template that can't be read any longer, such as for an export that has gone, or of its exports. */
export async function prepare(running: RunningStacks, record: StackRecord): Promise<Prepared | Error> {
  if (record.pending === undefined) throw new TypeError(`Nothing is to be deployed to ${record.stackId}.`);
  try {
    const prepared = await running.prepare(record, record.pending);
    checkExports(running, record, prepared.plan.outputs);
    return prepared;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
