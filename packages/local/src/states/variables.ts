import type { Chain, ExecutionRun, Variables } from './chain.ts';
import { type JsonObject, MAX_PAYLOAD_BYTES, StatesError } from './values.ts';

/** The quota of the variables of an execution, in bytes of UTF-8. */
const MAX_TOTAL_BYTES = 10 * 1_024 * 1_024;

/** What an `Assign` assigns, each value with its JSON text. */
export interface Assigned {
  readonly values: Variables;
  readonly texts: Readonly<Record<string, string>>;
  /** Of the texts. */
  readonly bytes: Readonly<Record<string, number>>;
}

/**
 * Makes of the value of an `Assign` what is assigned; undefined for nothing.
 * Throws `States.DataLimitExceeded` for more than 256 KiB in one variable or in all of the `Assign`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variables-limits
 */
export function assignedBy(values: JsonObject, stateName: string): Assigned | undefined {
  const names = Object.keys(values);
  if (names.length === 0) return undefined;
  const texts: Record<string, string> = {};
  const bytes: Record<string, number> = {};
  let total = 0;
  for (const name of names) {
    const text = JSON.stringify(values[name]);
    texts[name] = text;
    bytes[name] = Buffer.byteLength(text);
    total += bytes[name];
  }
  if (total > MAX_PAYLOAD_BYTES) {
    throw limitExceeded(
      `The variables assigned in the state '${stateName}' exceed the maximum size of 256 KiB.`,
    );
  }
  return { values, texts, bytes };
}

/** The sizes of the variables that an execution goes on with. */
export function startVariables(run: ExecutionRun, variables: Variables): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [name, value] of Object.entries(variables)) {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    sizes.set(name, bytes);
    run.variableBytes += bytes;
  }
  return sizes;
}

/** Gives a chain its variables. Throws `States.DataLimitExceeded` for more than 10 MiB in all of an execution. */
export function assign(chain: Chain, { values, bytes }: Assigned): void {
  const { ownVariables, run } = chain;
  for (const name of Object.keys(bytes)) {
    run.variableBytes += (bytes[name] ?? 0) - (ownVariables.get(name) ?? 0);
    ownVariables.set(name, bytes[name] ?? 0);
  }
  if (run.variableBytes > MAX_TOTAL_BYTES) {
    throw limitExceeded('The variables of the execution exceed the maximum total size of 10 MiB.');
  }
  chain.variables = { ...chain.variables, ...values };
}

/** Takes back what a chain inside a state has assigned: it has come to its end. */
export function releaseVariables({ ownVariables, run }: Chain): void {
  for (const bytes of ownVariables.values()) run.variableBytes -= bytes;
  ownVariables.clear();
}

function limitExceeded(cause: string): StatesError {
  return new StatesError('States.DataLimitExceeded', cause);
}
