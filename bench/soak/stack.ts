import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { type FleetRuntime, startRuntime } from '../fleet/runtime.ts';

export interface SoakStack {
  readonly stack: RunningStack;
  readonly runtime: FleetRuntime;
  /** Whether it keeps everything on disk, in `data/` of the directory. */
  readonly isKept: boolean;
  /** Holds all that the stack writes. */
  readonly directory: string;
  /** Ends it, by force when it does not end by itself, and removes what it has written. */
  remove(): Promise<void>;
}

const MAX_STOP_MS = 30_000;

/** Low, so that nearly all requests get through, and each of the ways on which they fail is gone many times in an hour. */
const FAULTS: readonly string[] = [
  'dynamodb:TransactWriteItems=TransactionConflict@0.01',
  'dynamodb:*=ThrottlingException@0.003',
  'dynamodb:*=lostResponse@0.002',
  'iot:*=ThrottlingException@0.01',
  'iotdata:Publish=InternalFailureException@0.003',
  'iotdata:Publish=lostResponse@0.001',
  'events:PutEvents=InternalException@0.01',
  '*:*=delay(200)@0.003',
  'lambda:*=kill@0.0003',
  'lambda:*=duplicate@0.003',
  'mqtt:devices/*=duplicate@0.005',
  'mqtt:*=reorder@0.002',
  'streams:*=duplicate@0.01',
  'streams:*=cut@0.01',
  'engine=kill@0.000001',
];

/** Of the runtime's command line. */
export const faultArguments = (seed: number): readonly string[] => [
  ...FAULTS.flatMap((rule) => ['--fault', rule]),
  '--fault-seed',
  String(seed),
];

export interface SoakStackOptions {
  /** Whether it keeps everything on disk. */
  readonly isKept: boolean;
  /** Of the runtime's command line. */
  readonly args: readonly string[];
}

/** Starts the laptop runtime as a process of its own, with an inspector. It ends with this process. */
export async function startSoakStack({ isKept, args }: SoakStackOptions): Promise<SoakStack> {
  const directory = await mkdtemp(join(tmpdir(), 'device-lifecycle-soak-'));
  const removeAtExit = () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeAtExit);
  const removeFiles = async () => {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    process.off('exit', removeAtExit);
  };
  try {
    const data = isKept ? ['--data', join(directory, 'data')] : [];
    const runtime = await startRuntime({ directory, args: [...data, ...args] });
    const { stackFile, clientConfig, output } = runtime;
    const stack: RunningStack = {
      ...runtime.stack,
      stackFile,
      clientConfig,
      output,
      async stop() {
        const giveUp = setTimeout(() => void runtime.kill(), MAX_STOP_MS);
        await runtime.stop();
        clearTimeout(giveUp);
        return 0;
      },
      kill: () => runtime.kill(),
    };
    return {
      stack,
      runtime,
      isKept,
      directory,
      async remove() {
        await stack.stop();
        await removeFiles();
      },
    };
  } catch (error) {
    await removeFiles();
    throw error;
  }
}
