/** A broker in a process of its own, ours or plain aedes, so that what it uses can be told from what clients use. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { systemClock } from '@device-lifecycle/local/clock.ts';
import type { MqttMessage } from '@device-lifecycle/local/contracts.ts';
import { IotRegistry } from '@device-lifecycle/local/iot/iot-registry.ts';
import { startBroker } from '@device-lifecycle/local/mqtt/broker.ts';
import { createRulesEngine, type RulesEngine } from '@device-lifecycle/local/rules/rules-engine.ts';
import type { RuleResource } from '@device-lifecycle/local/template/stack.ts';
import { ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { Aedes } from 'aedes';

/** What the brokers are to know. */
export interface Surroundings {
  readonly variant: 'ours' | 'aedes';
  readonly region: string;
  readonly accountId: string;
  readonly certificate: { readonly certPem: string; readonly keyPem: string };
  readonly caPem: string;
  /** JSON text of the policy that is attached to each certificate. */
  readonly policyDocument: string;
  readonly devices: readonly { readonly thingName: string; readonly certificatePem: string }[];
  /** Each message is given to those that it matches; their functions do nothing. */
  readonly rules: readonly RuleResource[];
}

/** What the process has used so far. */
export interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

const POLICY_NAME = 'device';
const log = { info: () => undefined, warn: console.warn, error: console.error };

function createRegistry({ region, accountId, policyDocument, devices }: Surroundings): IotRegistry {
  const registry = new IotRegistry({ region, accountId, clock: systemClock });
  registry.policies.create(POLICY_NAME, policyDocument);
  for (const { thingName, certificatePem } of devices) {
    const { certificateId, certificateArn } = registry.certificates.add({
      certificatePem,
      status: 'ACTIVE',
      certificateMode: 'DEFAULT',
    });
    registry.things.create(thingName);
    registry.policies.attach(POLICY_NAME, certificateArn);
    registry.thingPrincipals.attach(certificateId, thingName, 'NON_EXCLUSIVE_THING');
  }
  return registry;
}

/** The rules engine with the service's rules: what they select is handed over, and nobody takes it. */
async function createRules({ region, accountId, rules }: Surroundings): Promise<RulesEngine> {
  const engine = createRulesEngine({
    ...ruleTargets,
    region,
    accountId,
    clock: systemClock,
    log,
    functions: { ...ruleTargets.functions, invokeAsync: async () => undefined },
  });
  for (const rule of rules) await engine.topicRules.put(rule);
  return engine;
}

async function startOurs(surroundings: Surroundings): Promise<number> {
  const { region, accountId, certificate } = surroundings;
  const registry = createRegistry(surroundings);
  const rules = await createRules(surroundings);
  const onPublish = (message: MqttMessage) => rules.handle(message);
  const clock = systemClock;
  const { port } = await startBroker({
    port: 0,
    clock,
    log,
    certificate,
    registry,
    region,
    accountId,
    onPublish,
  });
  return port;
}

/** As in its documentation, but for the certificates that it asks for, and for Nagle's algorithm, which we turn off. */
async function startAedes({ certificate, caPem }: Surroundings): Promise<number> {
  const aedes = await Aedes.createBroker();
  const server = createServer(
    {
      cert: certificate.certPem,
      key: certificate.keyPem,
      ca: caPem,
      requestCert: true,
      rejectUnauthorized: true,
      noDelay: true,
    },
    (socket) => void aedes.handle(socket),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function usage(): Usage {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() };
}

const [surroundings] = (await once(process, 'message')) as [Surroundings];
const port = await (surroundings.variant === 'ours' ? startOurs(surroundings) : startAedes(surroundings));
process.on('message', () => process.send?.(usage()));
process.once('disconnect', () => process.exit());
process.send?.({ port });
