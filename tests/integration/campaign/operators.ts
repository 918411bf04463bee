import { setTimeout as delay } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StackFile } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createRandom, type Random } from '@device-lifecycle/test-kit/random.ts';
import type { World } from './world.ts';

type Machine = keyof StackFile['stateMachines'];

/** What an operator has started, and knows to have started. */
export interface Started {
  readonly machine: Machine;
  readonly deviceIds: readonly string[];
  readonly name: string;
  readonly executionArn: string;
  readonly startedAt: number;
}

export interface Ended extends Started {
  readonly status: string;
  readonly error: string | undefined;
}

const PAUSE_MS = 200;

/** Operators who start executions, one after the other, without looking at what becomes of them. */
export class Operators {
  readonly started: Started[] = [];
  /** Devices that somebody has wanted to purge. */
  readonly purged = new Set<string>();
  readonly #world: World;
  readonly #random: Random;
  #count = 0;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = createRandom(seed);
  }

  /** So many executions for single devices, or as many as can be until the runtime ends. */
  async work(steps: number, deviceIds: readonly string[]): Promise<void> {
    for (let step = 0; step < steps && !this.#world.signal.aborted; step += 1) {
      const deviceId = this.#random.pick(deviceIds);
      const machine = this.#random.weighted<Machine>([
        [4, 'decommissionDevice'],
        [4, 'restoreDevice'],
        [2, 'holdDevice'],
        [2, 'releaseDevice'],
        [1, 'purgeDevice'],
      ]);
      if (machine === 'purgeDevice') this.purged.add(deviceId);
      await this.#start(machine, [deviceId], { deviceId, ...this.#reasonFor(machine) });
      await delay(this.#random.below(PAUSE_MS));
    }
  }

  /** A file of devices leaves service, and another comes back. */
  async workOnFleet(
    machine: 'decommissionFleet' | 'restoreFleet',
    deviceIds: readonly string[],
  ): Promise<void> {
    if (this.#world.signal.aborted) return;
    const key = `sources/campaign-${this.#count}.csv`;
    const bucket = this.#world.stack.buckets.fleet;
    const Body = ['deviceId', ...deviceIds, ''].join('\n');
    const s3 = new S3Client({ ...this.#world.stack.clientConfig, forcePathStyle: true });
    await this.#world.persist(() => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body })));
    s3.destroy();
    await this.#start(machine, deviceIds, { source: { bucket, key }, ...this.#reasonFor(machine) });
  }

  /** Resolves to how all have ended, or how far they have come. */
  async ends(): Promise<readonly Ended[]> {
    const sfn = new SFNClient(this.#world.stack.clientConfig);
    const ends = this.started.map(async (started) => {
      const { executionArn } = started;
      const { status = '', error } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return { ...started, status, error };
    });
    return Promise.all(ends).finally(() => sfn.destroy());
  }

  #reasonFor(machine: Machine): object {
    const isWithoutReason =
      machine === 'restoreDevice' || machine === 'restoreFleet' || machine === 'releaseDevice';
    return { requestedBy: 'campaign', ...(isWithoutReason ? {} : { reason: 'campaign' }) };
  }

  async #start(machine: Machine, deviceIds: readonly string[], input: object): Promise<void> {
    if (this.#world.signal.aborted) return;
    this.#count += 1;
    const name = `campaign-${this.#count}`;
    const { stack } = this.#world;
    const sfn = new SFNClient(stack.clientConfig);
    const startedAt = Date.now();
    const request = { stateMachineArn: stack.stateMachines[machine], name, input: JSON.stringify(input) };
    const answer = await this.#world.persist(() => sfn.send(new StartExecutionCommand(request)));
    sfn.destroy();
    // One whose answer was lost with the runtime may have begun; it is nobody's to be told of.
    const { executionArn } = answer ?? {};
    if (executionArn !== undefined) this.started.push({ machine, deviceIds, name, executionArn, startedAt });
  }
}
