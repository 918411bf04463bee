import { setTimeout as delay } from 'node:timers/promises';
import { connectDevice, type Device, type Operation } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import { createRandom, type Random } from '@device-lifecycle/test-kit/random.ts';
import type { World } from './world.ts';

/** A message of a device; the same `requestId` each time that it is published. */
export interface Message {
  readonly deviceId: string;
  readonly operation: Operation;
  readonly requestId: string;
  /** Whether AWS IoT has acknowledged it: from then on, it has to be answered for. */
  isAcknowledged: boolean;
}

const CONNECT_MS = 3_000;
const ACKNOWLEDGED_MS = 3_000;
const ANSWERED_MS = 1_500;
const TRIES = 2;
const PAUSE_MS = 150;

type Step = readonly [operation: Operation, payload: Readonly<Record<string, unknown>>];

function drawStep(random: Random, requestId: string): Step {
  return random.weighted<Step>([
    [4, ['update', { name: requestId, attributes: { by: requestId } }]],
    [1, ['update', { serialNumber: `SN-of-${requestId}` }]],
    [4, ['heartbeat', {}]],
    [1, ['decommission', { reason: 'worn out' }]],
    [1, ['register', { serialNumber: `SN-${requestId}` }]],
  ]);
}

/** A device as its firmware is: it says what it has to say again until it hears an answer, and connects again. */
export class CampaignDevice {
  readonly identity: Identity;
  readonly messages: Message[] = [];
  readonly #world: World;
  readonly #random: Random;
  #connection: Device | undefined;
  readonly #heard = new Map<string, () => void>();

  constructor(world: World, identity: Identity, seed: number) {
    this.#world = world;
    this.identity = identity;
    this.#random = createRandom(seed);
  }

  get deviceId(): string {
    return this.identity.thingName;
  }

  get isConnected(): boolean {
    return this.#connection?.mqtt.connected === true;
  }

  /** Registers, if it has not, and then does so many things, or as many as it can until the runtime ends. */
  async live(steps: number): Promise<void> {
    if (this.messages.length === 0) await this.ask('register', { serialNumber: `SN-${this.deviceId}` });
    for (let step = 0; step < steps && !this.#world.signal.aborted; step += 1) {
      const requestId = `${this.deviceId}-${this.messages.length}`;
      const [operation, payload] = drawStep(this.#random, requestId);
      await this.ask(operation, payload);
      await delay(this.#random.below(PAUSE_MS));
    }
  }

  async ask(operation: Operation, payload: Readonly<Record<string, unknown>>): Promise<void> {
    const { deviceId } = this;
    const requestId = `${deviceId}-${this.messages.length}`;
    const message: Message = { deviceId, operation, requestId, isAcknowledged: false };
    this.messages.push(message);
    const text = JSON.stringify({ ...payload, requestId });
    for (let tries = 0; tries < TRIES && !this.#world.signal.aborted; tries += 1) {
      if (await this.#say(message, text)) return;
    }
  }

  /** Whether it is connected now; AWS IoT may turn it away. */
  async connect(): Promise<boolean> {
    if (this.isConnected) return true;
    const connecting = connectDevice(this.#world.stack, this.identity);
    const device = await within(CONNECT_MS, connecting).catch(() => undefined);
    if (device === undefined) {
      // It may come too late.
      connecting.then((late) => late.mqtt.end(true)).catch(() => undefined);
      return false;
    }
    this.#connection = device;
    device.mqtt.on('message', (_, text) => {
      const { requestId } = JSON.parse(text.toString()) as { requestId?: string };
      this.#heard.get(String(requestId))?.();
    });
    return true;
  }

  disconnect(): void {
    this.#connection?.mqtt.end(true);
  }

  /** Publishes once; whether an answer was heard. */
  async #say(message: Message, text: string): Promise<boolean> {
    if (!(await this.connect()) || this.#connection === undefined) return false;
    const { deviceId, operation, requestId } = message;
    const answered = new Promise<true>((resolve) => this.#heard.set(requestId, () => resolve(true)));
    const published = this.#connection.mqtt.publishAsync(`devices/${deviceId}/${operation}`, text, {
      qos: 1,
    });
    try {
      await within(ACKNOWLEDGED_MS, published);
      message.isAcknowledged = true;
      return await within(ANSWERED_MS, answered);
    } catch {
      // Not acknowledged, or not answered in time: it is said again.
      return false;
    }
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const timeout = delay(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`Nothing came within ${ms} ms.`);
  });
  timeout.catch(() => undefined);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    timer.abort();
  }
}
