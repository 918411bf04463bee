import { exportsOf, type Output } from '../../template/read-outputs.ts';
import type { RunningStacks } from '../running-stacks.ts';
import type { StackRecord } from '../stack-record.ts';

/**
 * Throws for exports that other stacks have too, and for those that others use and that would change.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
export function checkExports(running: RunningStacks, record: StackRecord, outputs: readonly Output[]): void {
  const others = running.store.live().filter(({ stackId }) => stackId !== record.stackId);
  const after = exportsOf(outputs);
  for (const name of after.keys()) {
    const exporter = others.find((other) => exportsOf(other.outputs).has(name));
    if (exporter === undefined) continue;
    throw new Error(`Export with name ${name} is already exported by stack ${exporter.stackName}.`);
  }
  const changed = [...exportsOf(record.outputs)].filter(([name, value]) => after.get(name) !== value);
  for (const [name] of changed) {
    const importer = others.find((other) => running.imports(other).has(name));
    if (importer === undefined) continue;
    const verb = after.has(name) ? 'updated' : 'deleted';
    throw new Error(`Export ${name} cannot be ${verb} as it is in use by ${importer.stackName}`);
  }
}
