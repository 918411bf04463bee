import type { Output } from '../../template/read-outputs.ts';
import type { RunningStacks } from '../running-stacks.ts';
import type { StackRecord } from '../stack-record.ts';

/**
 * Throws for exports that other stacks have too, and for those that others use and that would change.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
export function checkExports(running: RunningStacks, record: StackRecord, outputs: readonly Output[]): void {
  const others = running.store.live().filter(({ stackId }) => stackId !== record.stackId);
  for (const { exportName } of outputs) {
    if (exportName === undefined) continue;
    const exporter = others.find((other) => valueOfExport(other.outputs, exportName) !== undefined);
    if (exporter === undefined) continue;
    throw new Error(`Export with name ${exportName} is already exported by stack ${exporter.stackName}.`);
  }
  for (const { exportName, outputValue } of record.outputs) {
    if (exportName === undefined) continue;
    const value = valueOfExport(outputs, exportName);
    if (value === outputValue) continue;
    const importer = others.find((other) => running.imports(other).has(exportName));
    if (importer === undefined) continue;
    const verb = value === undefined ? 'deleted' : 'updated';
    throw new Error(`Export ${exportName} cannot be ${verb} as it is in use by ${importer.stackName}`);
  }
}

const valueOfExport = (outputs: readonly Output[], name: string): string | undefined =>
  outputs.find(({ exportName }) => exportName === name)?.outputValue;
