import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createCertificateAuthority } from '@device-lifecycle/local/iot/certificate-authority.ts';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { ask } from '../ask.ts';
import { createSharedKey } from '../identities.ts';
import type { Surroundings, Usage } from './broker-process.ts';
import { Publisher } from './publisher.ts';

interface Load {
  readonly clients: number;
  /** Messages of each that are on their way. */
  readonly inFlight: number;
  readonly messages: number;
}

/** How clients publish: all of them with one message on its way each, or a few with many. */
export interface Size {
  readonly rounds: number;
  readonly clients: number;
  readonly many: Load;
  readonly few: Load;
  readonly warmUpMessages: number;
  /** Whether each client subscribes to what it publishes. */
  readonly subscribes?: boolean;
}

export type Variant = Surroundings['variant'];
export type Figure =
  | 'connectSeconds'
  | 'connectCpuMs'
  | 'kilobytes'
  | 'manyRate'
  | 'manyCpu'
  | 'fewRate'
  | 'fewCpu';
export type Figures = Readonly<Record<Figure, number>>;

/** The devices, with the key that they share, and what both brokers are told of them. */
export interface Fleet extends Omit<Surroundings, 'variant'> {
  readonly key: string;
}

export async function createFleet(clients: number): Promise<Fleet> {
  const { stack, environment } = await packagedTemplate();
  const policy = stack.policies[0];
  if (policy === undefined) throw new Error('The template has no policy for devices.');
  const authority = await createCertificateAuthority();
  const { privateKey, certificateSigningRequest } = await createSharedKey();
  const devices: { thingName: string; certificatePem: string }[] = [];
  for (let index = 0; index < clients; index += 1) {
    const certificatePem = await authority.certify(certificateSigningRequest);
    devices.push({ thingName: `bench-${index}`, certificatePem });
  }
  return {
    region: environment.region,
    accountId: environment.accountId,
    certificate: await authority.issueServerCertificate(['localhost', '127.0.0.1']),
    caPem: authority.caPem,
    policyDocument: policy.policyDocument,
    devices,
    rules: stack.rules,
    key: privateKey,
  };
}

const BROKER = 'The broker';

const usageOf = (broker: ChildProcess) => ask<Usage>(broker, {}, BROKER);

function connectAll({ devices, caPem, key }: Fleet, port: number, subscribes: boolean): Promise<Publisher[]> {
  return Promise.all(
    devices.map(({ thingName, certificatePem }) =>
      Publisher.connect({ port, ca: caPem, cert: certificatePem, key, clientId: thingName, subscribes }),
    ),
  );
}

async function publish(
  publishers: readonly Publisher[],
  { clients, inFlight }: Load,
  messages: number,
): Promise<void> {
  let left = messages;
  const takeOne = () => left-- > 0;
  await Promise.all(
    publishers.slice(0, clients).map((publisher) => publisher.publishWhile(takeOne, inFlight)),
  );
}

async function measureLoad(
  broker: ChildProcess,
  publishers: readonly Publisher[],
  load: Load,
  warmUpMessages: number,
) {
  await publish(publishers, load, warmUpMessages);
  const before = await usageOf(broker);
  const startedAt = performance.now();
  await publish(publishers, load, load.messages);
  const seconds = (performance.now() - startedAt) / 1000;
  const { cpuMs } = await usageOf(broker);
  return { rate: load.messages / seconds, cpu: ((cpuMs - before.cpuMs) * 1000) / load.messages };
}

/** A fresh process, its connections, and its loads. */
export async function measure(fleet: Fleet, variant: Variant, size: Size): Promise<Figures> {
  const { key: _, ...surroundings } = fleet;
  const broker = fork(join(import.meta.dirname, 'broker-process.ts'), {
    execArgv: ['--expose-gc'],
  });
  try {
    const { port } = await ask<{ port: number }>(broker, { variant, ...surroundings }, BROKER);
    const before = await usageOf(broker);
    const startedAt = performance.now();
    const publishers = await connectAll(fleet, port, size.subscribes ?? false);
    const connectSeconds = (performance.now() - startedAt) / 1000;
    const after = await usageOf(broker);
    const many = await measureLoad(broker, publishers, size.many, size.warmUpMessages);
    const few = await measureLoad(broker, publishers, size.few, size.warmUpMessages);
    for (const publisher of publishers) publisher.close();
    return {
      connectSeconds,
      connectCpuMs: (after.cpuMs - before.cpuMs) / size.clients,
      kilobytes: (after.rssBytes - before.rssBytes) / 1024 / size.clients,
      manyRate: many.rate,
      manyCpu: many.cpu,
      fewRate: few.rate,
      fewCpu: few.cpu,
    };
  } finally {
    // One that has ended early cannot be told to, and says by what failed above why.
    if (broker.connected) {
      const ended = once(broker, 'exit');
      broker.disconnect();
      await ended;
    }
  }
}
