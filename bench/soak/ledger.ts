import { randomUUID } from 'node:crypto';
import { AttachPolicyCommand, CreatePolicyCommand, IoTClient } from '@aws-sdk/client-iot';
import { tlsOptions } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { connectAsync, type MqttClient } from 'mqtt';

/** What became of a message, as far as the client can know. */
export type Fate =
  | { readonly kind: 'accepted'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'rejected'; readonly code: string }
  | { readonly kind: 'deadLettered' }
  /** Not yet: it still may. */
  | { readonly kind: 'unanswered' };

interface Entry {
  readonly operation: string;
  readonly deviceId: string;
  readonly sentAtMs: number;
  isAcknowledged: boolean;
  readonly settle: (fate: Fate) => void;
}

/** A message that has no answer and is not in the dead-letter queue. */
export interface OpenMessage {
  readonly requestId: string;
  readonly operation: string;
  readonly deviceId: string;
  readonly ageMs: number;
}

export interface LedgerCounts {
  /** Messages published, by operation. */
  readonly sent: Readonly<Record<string, number>>;
  readonly accepted: number;
  /** By code. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly deadLettered: number;
  /** Answers and dead letters of messages that were accounted for already: repetitions. */
  readonly repeated: number;
  /** Messages that were published once more under their id, since no answer came in time. */
  readonly resent: number;
  /** Acknowledged, and neither answered nor in the dead-letter queue. */
  readonly open: number;
  /** Without PUBACK, since their connection ended: the service may never have had them. */
  readonly unacknowledged: number;
}

const count = (counts: Record<string, number>, key: string) => {
  counts[key] = (counts[key] ?? 0) + 1;
};

/** Accounts for every message by its `requestId`, from when it is published until it is answered or a dead letter. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #sent: Record<string, number> = {};
  readonly #rejected: Record<string, number> = {};
  readonly #onSettled: (operation: string, latencyMs: number) => void;
  readonly #maxWaitMs: number;
  #accepted = 0;
  #deadLettered = 0;
  #repeated = 0;
  #resent = 0;

  /**
   * @param maxWaitMs after which a client goes on without an answer
   * @param onSettled is told of each answer
   */
  constructor(maxWaitMs: number, onSettled: (operation: string, latencyMs: number) => void) {
    this.#maxWaitMs = maxWaitMs;
    this.#onSettled = onSettled;
  }

  /** Messages on their way. */
  get inFlight(): number {
    return this.#entries.size;
  }

  /** A message that is about to be published; with a `requestId` that has been used, once more. */
  open(
    operation: string,
    deviceId: string,
    requestId: string = randomUUID(),
  ): { readonly requestId: string; readonly fate: Promise<Fate> } {
    const { promise, resolve } = Promise.withResolvers<Fate>();
    const timer = setTimeout(() => resolve({ kind: 'unanswered' }), this.#maxWaitMs).unref();
    const settle = (fate: Fate) => {
      clearTimeout(timer);
      resolve(fate);
    };
    const earlier = this.#entries.get(requestId);
    if (earlier !== undefined) this.#resent += 1;
    this.#entries.set(requestId, {
      operation,
      deviceId,
      sentAtMs: earlier?.sentAtMs ?? performance.now(),
      isAcknowledged: earlier?.isAcknowledged ?? false,
      settle,
    });
    count(this.#sent, operation);
    return { requestId, fate: promise };
  }

  acknowledged(requestId: string): void {
    const entry = this.#entries.get(requestId);
    if (entry !== undefined) entry.isAcknowledged = true;
  }

  accepted(requestId: string, body: Readonly<Record<string, unknown>>): void {
    if (this.#settle(requestId, { kind: 'accepted', body })) this.#accepted += 1;
  }

  rejected(requestId: string, code: string): void {
    if (this.#settle(requestId, { kind: 'rejected', code })) count(this.#rejected, code);
  }

  deadLettered(requestId: string): void {
    if (this.#settle(requestId, { kind: 'deadLettered' })) this.#deadLettered += 1;
  }

  counts(): LedgerCounts {
    const entries = [...this.#entries.values()];
    const acknowledged = entries.filter(({ isAcknowledged }) => isAcknowledged).length;
    return {
      sent: { ...this.#sent },
      accepted: this.#accepted,
      rejected: { ...this.#rejected },
      deadLettered: this.#deadLettered,
      repeated: this.#repeated,
      resent: this.#resent,
      open: acknowledged,
      unacknowledged: entries.length - acknowledged,
    };
  }

  /** Acknowledged messages that nobody has answered for. */
  openMessages(): readonly OpenMessage[] {
    return [...this.#entries]
      .filter(([, { isAcknowledged }]) => isAcknowledged)
      .map(([requestId, { operation, deviceId, sentAtMs }]) => ({
        requestId,
        operation,
        deviceId,
        ageMs: performance.now() - sentAtMs,
      }));
  }

  #settle(requestId: string, fate: Fate): boolean {
    const entry = this.#entries.get(requestId);
    if (entry === undefined) {
      this.#repeated += 1;
      return false;
    }
    this.#entries.delete(requestId);
    if (fate.kind !== 'deadLettered') this.#onSettled(entry.operation, performance.now() - entry.sentAtMs);
    entry.settle(fate);
    return true;
  }
}

export const AUDITOR = 'auditor';
const EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }],
});
const RECONNECT_MS = 200;

/**
 * Connects a client that hears every answer, also of devices whose connection has ended meanwhile, and writes them into
 * the ledger. It has a session, so that it hears what is said while it is not connected.
 */
export async function connectAuditor(
  stack: RunningStack,
  identity: Identity,
  ledger: Ledger,
): Promise<MqttClient> {
  const iot = new IoTClient(stack.clientConfig);
  try {
    await iot.send(new CreatePolicyCommand({ policyName: AUDITOR, policyDocument: EVERYTHING }));
    await iot.send(new AttachPolicyCommand({ policyName: AUDITOR, target: identity.certificateArn }));
  } finally {
    iot.destroy();
  }
  const mqtt = await connectAsync({
    ...(await tlsOptions(stack, identity)),
    clientId: identity.thingName,
    clean: false,
    reconnectPeriod: RECONNECT_MS,
  });
  mqtt.on('message', (topic, message) => {
    const body = JSON.parse(message.toString()) as Readonly<Record<string, unknown>>;
    const requestId = String(body['requestId']);
    if (topic.endsWith('/accepted')) ledger.accepted(requestId, body);
    else ledger.rejected(requestId, String(body['code']));
  });
  // It connects again by itself.
  mqtt.on('error', () => undefined);
  await mqtt.subscribeAsync(['devices/+/+/accepted', 'devices/+/+/rejected'], { qos: 1 });
  return mqtt;
}
