import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What Lambda charges for a function. */
export interface FunctionUsage {
  readonly requests: number;
  readonly gbSeconds: number;
  /** Of Express executions that do nothing but invoke the function, each rounded up as AWS does. */
  readonly expressSeconds: number;
  /** Requests and records that it has answered with success, by its lines: of publish-events, an event each. */
  readonly accepted: number;
  /** The most that an environment of it has used. */
  readonly maxMemoryMb: number;
  /** Of all that its log group holds. */
  readonly logBytes: number;
}

const MB_PER_GB = 1024;
const MS_PER_SECOND = 1000;
/** https://aws.amazon.com/step-functions/pricing/ */
const EXPRESS_STEP_MS = 100;

/** What a line of a function's log charges for; `undefined` unless it is Lambda's report of an invocation. */
export function chargedBy(
  line: string,
): Pick<FunctionUsage, 'gbSeconds' | 'expressSeconds' | 'maxMemoryMb'> | undefined {
  if (!line.includes('"type":"platform.report"')) return undefined;
  const { billedDurationMs, memorySizeMB, maxMemoryUsedMB } = JSON.parse(line).record.metrics;
  return {
    gbSeconds: (billedDurationMs / MS_PER_SECOND) * (memorySizeMB / MB_PER_GB),
    expressSeconds: (Math.ceil(billedDurationMs / EXPRESS_STEP_MS) * EXPRESS_STEP_MS) / MS_PER_SECOND,
    maxMemoryMb: maxMemoryUsedMB,
  };
}

async function readUsage(file: string): Promise<FunctionUsage> {
  let [requests, gbSeconds, expressSeconds, accepted, maxMemoryMb, logBytes] = [0, 0, 0, 0, 0, 0];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    logBytes += Buffer.byteLength(line);
    if (line.includes('"message":"accepted"')) accepted += 1;
    const charged = chargedBy(line);
    if (charged === undefined) continue;
    requests += 1;
    gbSeconds += charged.gbSeconds;
    expressSeconds += charged.expressSeconds;
    maxMemoryMb = Math.max(maxMemoryMb, charged.maxMemoryMb);
  }
  return { requests, gbSeconds, expressSeconds, accepted, maxMemoryMb, logBytes };
}

/** Of each function that has run, by its name without service and stage, from the laptop runtime's log files. */
export async function readFunctionUsage(logsDirectory: string): Promise<ReadonlyMap<string, FunctionUsage>> {
  const usage = new Map<string, FunctionUsage>();
  for (const file of await readdir(logsDirectory)) {
    const [, name] = /^aws\.lambda\.device-lifecycle-[a-z\d]+-(.+)\.log$/.exec(file) ?? [];
    if (name !== undefined) usage.set(name, await readUsage(join(logsDirectory, file)));
  }
  return usage;
}
