import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STATE_MACHINES, type Stack, type StateMachineName } from '@device-lifecycle/operator/stack.ts';
import type { ExecutionInputs } from '../../contract/execution-inputs.ts';
import type { ObjectSchema, Schema } from '../../schema/schema.ts';

const FILE = join(import.meta.dirname, '../../../../../docs/executions.schema.json');

/** Read once; what is not in there is a fault of this version. */
let schemas: Promise<Readonly<Record<string, ObjectSchema>>> | undefined;

const readSchemas = async (): Promise<Readonly<Record<string, ObjectSchema>>> =>
  JSON.parse(await readFile(FILE, 'utf8')).$defs;

/** What the operator gives: `requestedBy` is the operator's own ARN, and the bucket is known. */
export async function inputSchemaOf(machine: StateMachineName, stack: Stack): Promise<ObjectSchema> {
  schemas ??= readSchemas();
  const schema = (await schemas)[machine];
  if (schema === undefined) throw new Error(`docs/executions.schema.json has no ${machine}.`);
  const { requestedBy: _, ...properties } = schema.properties;
  const { source } = properties;
  return {
    ...schema,
    required: (schema.required ?? []).filter((name) => name !== 'requestedBy'),
    properties: {
      ...properties,
      ...(source !== undefined && { source: withBucket(source, await stack.fleetBucketName()) }),
    },
  };
}

function withBucket(source: Schema, bucket: string): Schema {
  const properties = source.properties ?? {};
  return { ...source, properties: { ...properties, bucket: { ...properties['bucket'], default: bucket } } };
}

export async function inputSchemas(stack: Stack): Promise<ExecutionInputs> {
  const machines = STATE_MACHINES.map(async (machine) => ({
    machine,
    schema: await inputSchemaOf(machine, stack),
  }));
  return { machines: await Promise.all(machines) };
}
