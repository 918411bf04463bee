import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createCertificateAuthority } from '../../local/iot/certificate-authority.ts';
import { packagedTemplate } from '../../tests/support/packaged-template.ts';
import { ask } from '../ask.ts';
import { createSharedKey } from '../identities.ts';
import { describeRange, median } from '../measure.ts';
import type { Surroundings, Usage } from './broker-process.ts';
import { Publisher } from './publisher.ts';

const ROUNDS = 7;
const CLIENTS = 1_000;

/** How clients publish: all of them with one message on its way each, or a few with many. */
const LOADS = {
  many: { clients: CLIENTS, inFlight: 1, messages: 30_000 },
  few: { clients: 20, inFlight: 16, messages: 60_000 },
} as const;
const WARM_UP_MESSAGES = 10_000;

type Variant = Surroundings['variant'];
type Figure = 'connectSeconds' | 'connectCpuMs' | 'kilobytes' | 'manyRate' | 'manyCpu' | 'fewRate' | 'fewCpu';
type Figures = Readonly<Record<Figure, number>>;

const LABELS: Readonly<Record<Figure, readonly [label: string, digits: number]>> = {
  connectSeconds: [`seconds to connect ${CLIENTS} at once`, 2],
  connectCpuMs: ['processor, ms a connection', 2],
  kilobytes: ['memory, KB a connection', 0],
  manyRate: [`messages/s, ${CLIENTS} clients, 1 in flight`, 0],
  manyCpu: ['  processor, µs a message', 1],
  fewRate: [`messages/s, ${LOADS.few.clients} clients, ${LOADS.few.inFlight} in flight`, 0],
  fewCpu: ['  processor, µs a message', 1],
};

/** The devices, with the key that they share, and what both brokers are told of them. */
interface Fleet extends Omit<Surroundings, 'variant'> {
  readonly key: string;
}

async function createFleet(): Promise<Fleet> {
  const { stack, environment } = await packagedTemplate();
  const policy = stack.iotRegistry.policies[0];
  if (policy === undefined) throw new Error('The template has no policy for devices.');
  const authority = await createCertificateAuthority();
  const { privateKey, certificateSigningRequest } = await createSharedKey();
  const devices: { thingName: string; certificatePem: string }[] = [];
  for (let index = 0; index < CLIENTS; index += 1) {
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
    key: privateKey,
  };
}

const BROKER = 'The broker';

const usageOf = (broker: ChildProcess) => ask<Usage>(broker, {}, BROKER);

function connectAll({ devices, caPem, key }: Fleet, port: number): Promise<Publisher[]> {
  return Promise.all(
    devices.map(({ thingName, certificatePem }) =>
      Publisher.connect({ port, ca: caPem, cert: certificatePem, key, clientId: thingName }),
    ),
  );
}

async function publish(
  publishers: readonly Publisher[],
  { clients, inFlight }: (typeof LOADS)[keyof typeof LOADS],
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
  load: (typeof LOADS)[keyof typeof LOADS],
) {
  await publish(publishers, load, WARM_UP_MESSAGES);
  const before = await usageOf(broker);
  const startedAt = performance.now();
  await publish(publishers, load, load.messages);
  const seconds = (performance.now() - startedAt) / 1000;
  const { cpuMs } = await usageOf(broker);
  return { rate: load.messages / seconds, cpu: ((cpuMs - before.cpuMs) * 1000) / load.messages };
}

/** A fresh process, its connections, and its loads. */
async function measure(fleet: Fleet, variant: Variant): Promise<Figures> {
  const { key: _, ...surroundings } = fleet;
  const broker = fork(join(import.meta.dirname, 'broker-process.ts'), {
    execArgv: ['--expose-gc'],
  });
  try {
    const { port } = await ask<{ port: number }>(broker, { variant, ...surroundings }, BROKER);
    const before = await usageOf(broker);
    const startedAt = performance.now();
    const publishers = await connectAll(fleet, port);
    const connectSeconds = (performance.now() - startedAt) / 1000;
    const after = await usageOf(broker);
    const many = await measureLoad(broker, publishers, LOADS.many);
    const few = await measureLoad(broker, publishers, LOADS.few);
    for (const publisher of publishers) publisher.close();
    return {
      connectSeconds,
      connectCpuMs: (after.cpuMs - before.cpuMs) / CLIENTS,
      kilobytes: (after.rssBytes - before.rssBytes) / 1024 / CLIENTS,
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

function report(rounds: Readonly<Record<Variant, readonly Figures[]>>): void {
  for (const figure of Object.keys(LABELS) as Figure[]) {
    const [label, digits] = LABELS[figure];
    const ours = rounds.ours.map((round) => round[figure]);
    const plain = rounds.aedes.map((round) => round[figure]);
    const ratios = ours.map((value, index) => value / (plain[index] ?? Number.NaN));
    const [a, b] = [ours, plain].map((values) => median(values).toFixed(digits).padStart(8));
    console.log(`  ${label.padEnd(40)} ${a} ${b}   ×${describeRange(ratios)}`);
  }
}

/**
 * What policies, the registry, and AWS IoT's other ways cost: our broker against plain aedes behind a TLS server that
 * asks for the same certificates, with the same clients.
 */
export async function measureOverhead(): Promise<void> {
  const fleet = await createFleet();
  const rounds: Record<Variant, Figures[]> = { ours: [], aedes: [] };
  console.log(
    `overhead: ${ROUNDS} rounds of fresh processes, alternating; medians, and ratios of ours to plain aedes\n\n` +
      `  ${''.padEnd(40)} ${'ours'.padStart(8)} ${'aedes'.padStart(8)}   ratio`,
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    const order: readonly Variant[] = round % 2 === 0 ? ['ours', 'aedes'] : ['aedes', 'ours'];
    for (const variant of order) rounds[variant].push(await measure(fleet, variant));
  }
  report(rounds);
}
