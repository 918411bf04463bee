import { aRuleEvent } from '../../support/lambda.ts';
import { BUCKET, type Cloud } from './cloud.ts';
import { enrol, prepareThing, share, takeBack, takeOut, takeOutForGood } from './enrol.ts';
import type { Operation, Run } from './matrix.ts';

const HOUR_SECONDS = 3_600;
/** Whoever is out of service and heard of then is a ghost. */
const LATER_MS = 600_000;
const DAY_MS = 86_400_000;
const FLEET = Array.from({ length: 7 }, (_, index) => `fleet-${index}`);
const FLEET_KEY = 'sources/fleet.csv';

/** What a rule invokes for a message of a device that connects with its first certificate. */
function message({ cloud, platform }: Run, deviceId: string, operation: string, payload: object) {
  const [own] = cloud.iot.registry.thingPrincipals.certificatesOf(deviceId);
  const principal = own?.certificateId ?? '';
  const event = aRuleEvent(payload, { deviceId, operation, principal });
  const functionName = operation === 'heartbeat' ? 'record-heartbeat' : `${operation}-device`;
  platform.invokeAsync(functionName, event);
}

const messaged = (
  name: string,
  prepare: Operation['prepare'],
  { operation, payload = {} }: { readonly operation: string; readonly payload?: object },
): Operation => ({
  name,
  prepare,
  async start(run) {
    run.cloud.clock.advance(LATER_MS);
    message(run, 'pump', operation, payload);
  },
});

const presence = (name: string, prepare: Operation['prepare']): Operation => ({
  name,
  prepare,
  async start({ cloud, platform }) {
    platform.invokeAsync('record-presence', {
      deviceId: 'pump',
      eventType: 'connected',
      sessionIdentifier: 'session-1',
      versionNumber: 1,
      timestamp: cloud.clock.now() + LATER_MS,
    });
  },
});

const executed = (name: string, prepare: Operation['prepare'], input: object = {}): Operation => ({
  name,
  prepare,
  async start({ executions }) {
    const said = { deviceId: 'pump', requestedBy: 'operator', requestId: `${name}-1`, ...input };
    executions.start(name, name, said);
  },
});

const inService = async (cloud: Cloud): Promise<void> => void (await enrol(cloud, 'pump', { count: 2 }));

async function outOfService(cloud: Cloud): Promise<void> {
  await enrol(cloud, 'pump', { count: 2 });
  await takeOutForGood(cloud, 'pump');
}

async function held(cloud: Cloud): Promise<void> {
  await outOfService(cloud);
  const { at } = cloud;
  const hold = {
    at: at.clock(),
    reason: 'case 4711',
    requestedBy: 'counsel',
    requestId: 'hold-1',
    requestedAt: at.clock(),
    remainingSeconds: 60,
  };
  await at.store.hold(await at.invalidDevice('pump'), hold, at);
}

async function withShared(cloud: Cloud): Promise<void> {
  const [first = ''] = await enrol(cloud, 'pump', { count: 3 });
  share(cloud, first);
}

/** Three that are pending in every way: to be turned off, to be turned on, and turned off already. */
async function moved(cloud: Cloud): Promise<void> {
  await enrol(cloud, 'off', { count: 2 });
  await takeOut(cloud, 'off');
  await enrol(cloud, 'on');
  await takeOutForGood(cloud, 'on');
  await takeBack(cloud, 'on');
  await enrol(cloud, 'back');
  await takeOut(cloud, 'back');
  await takeBack(cloud, 'back');
}

const rules: readonly Operation[] = [
  messaged('register', async (cloud) => void (await prepareThing(cloud, 'pump')), {
    operation: 'register',
    payload: { requestId: 'r', serialNumber: 'SN-1', macAddress: '00:11:22:33:44:55', attributes: { a: 1 } },
  }),
  messaged('update', inService, {
    operation: 'update',
    payload: { requestId: 'u', serialNumber: 'SN-2', macAddress: '00:11:22:33:44:55', name: 'Pump' },
  }),
  messaged('heartbeat', inService, { operation: 'heartbeat' }),
  presence('presence', inService),
  messaged('heartbeat-of-ghost', outOfService, { operation: 'heartbeat' }),
  messaged('update-of-ghost', outOfService, { operation: 'update', payload: { name: 'Pump' } }),
  messaged('register-of-ghost', outOfService, { operation: 'register', payload: { serialNumber: 'SN-1' } }),
  presence('presence-of-ghost', outOfService),
  messaged('decommission', inService, { operation: 'decommission', payload: { requestId: 'd' } }),
  {
    name: 'decommission-later',
    prepare: inService,
    async start(run) {
      const notBefore = run.cloud.clock.now() / 1000 + HOUR_SECONDS;
      message(run, 'pump', 'decommission', { requestId: 'd', notBefore });
    },
  },
];

const machines: readonly Operation[] = [
  executed('decommission-device', withShared, { reason: 'worn out' }),
  executed('restore-device', outOfService),
  executed('hold-device', outOfService, { reason: 'case 4711' }),
  executed('release-device', held),
  executed('purge-device', outOfService, { reason: 'as asked' }),
];

const followers: readonly Operation[] = [
  { name: 'settle-moved-devices', hasBacklog: true, prepare: moved, start: async () => undefined },
  {
    name: 'reconcile-credentials',
    idle: ['settle-moved-devices'],
    prepare: moved,
    start: async () => undefined,
  },
  {
    name: 'publish-events',
    hasBacklog: true,
    async prepare(cloud) {
      for (let index = 0; index < 12; index += 1) await enrol(cloud, `pump-${index}`, { count: 0 });
    },
    start: async () => undefined,
  },
  {
    name: 'expiry',
    prepare: outOfService,
    async start({ cloud, expire }) {
      cloud.clock.advance(31 * DAY_MS);
      await expire('pump');
    },
  },
];

async function fleet(cloud: Cloud): Promise<void> {
  for (const id of FLEET) await enrol(cloud, id, { count: 1 });
  cloud.objects.contents.set(FLEET_KEY, `deviceId\n${FLEET.map((id) => `${id}\n`).join('')}`);
}

const ofFleet = (name: string, prepare: Operation['prepare'], input: object): Operation => ({
  name,
  hasMapRun: true,
  prepare,
  async start({ executions }) {
    executions.start(name, name, {
      source: { bucket: BUCKET, key: FLEET_KEY },
      requestedBy: 'operator',
      requestId: `${name}-1`,
      maxConcurrency: 1,
      ...input,
    });
  },
});

const fleets: readonly Operation[] = [
  ofFleet('decommission-fleet', fleet, { reason: 'recall' }),
  ofFleet(
    'restore-fleet',
    async (cloud) => {
      await fleet(cloud);
      for (const id of FLEET) await takeOutForGood(cloud, id);
    },
    {},
  ),
  {
    name: 'propose-stale',
    hasMapRun: true,
    prepare: fleet,
    async start({ cloud, executions }) {
      cloud.clock.advance(100 * DAY_MS);
      const input = { unseenDays: 90, requestedBy: 'operator', segments: 2, maxConcurrency: 1 };
      executions.start('propose-stale', 'propose-stale', input);
    },
  },
];

/** All that the service does in several steps. */
export const operations: readonly Operation[] = [...rules, ...machines, ...followers, ...fleets];

/** The same executions on a laptop whose runtime is killed. */
export const keptOperations: readonly Operation[] = [...machines, ...fleets].map((operation) => ({
  ...operation,
  name: `runtime/${operation.name}`,
  who: 'runtime',
}));
