import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { connectDevice } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import type { Random } from '@device-lifecycle/test-kit/random.ts';
import type { MqttClient } from 'mqtt';
import { REFUSALS } from '../../tests/support/refusals.ts';
import { createFleet } from '../identities.ts';
import { Latencies } from './latencies.ts';
import { AUDITOR, connectAuditor, type Fate, Ledger } from './ledger.ts';
import { createSlots, deviceIdOf, type Gone, isConnected, type Slot } from './slots.ts';

/** How an operator's request ended. */
export type ExecutionEnd =
  | { readonly isDone: true; readonly output: Readonly<Record<string, unknown>> }
  | { readonly isDone: false; readonly error: string };

const POLL_MS = 150;
const MAX_WAIT_MS = 120_000;
const MAX_STARTS = 5;
/** Of docs/messages.md: whatever is refused, no repetition mends. */
const REFUSED = new Set<string>(['InvalidInput', ...REFUSALS, 'IntegrityViolation']);

/** Runs executions, and starts them again as the runbook says: under a new name, with the first one's as `requestId`. */
export class Executions {
  readonly #client: SFNClient;
  #running = 0;

  constructor({ clientConfig }: RunningStack) {
    this.#client = new SFNClient({ ...clientConfig, maxAttempts: 10 });
  }

  get running(): number {
    return this.#running;
  }

  async run(stateMachineArn: string, input: Readonly<Record<string, unknown>>): Promise<ExecutionEnd> {
    const requestId = randomUUID();
    this.#running += 1;
    try {
      let end: ExecutionEnd = { isDone: false, error: 'NotStarted' };
      for (let start = 0; start < MAX_STARTS; start += 1) {
        end = await this.#runOnce(stateMachineArn, { ...input, requestId });
        if (end.isDone || REFUSED.has(end.error)) return end;
      }
      return end;
    } finally {
      this.#running -= 1;
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #runOnce(stateMachineArn: string, input: Readonly<Record<string, unknown>>): Promise<ExecutionEnd> {
    const giveUpAt = performance.now() + MAX_WAIT_MS;
    try {
      const { executionArn } = await this.#client.send(
        new StartExecutionCommand({ stateMachineArn, name: randomUUID(), input: JSON.stringify(input) }),
      );
      while (performance.now() < giveUpAt) {
        await delay(POLL_MS);
        const { status, output, error } = await this.#client.send(
          new DescribeExecutionCommand({ executionArn }),
        );
        if (status === 'SUCCEEDED') return { isDone: true, output: JSON.parse(output ?? '{}') };
        if (status !== 'RUNNING') return { isDone: false, error: error ?? String(status) };
      }
      return { isDone: false, error: 'NoEnd' };
    } catch (error) {
      return { isDone: false, error: error instanceof Error ? error.name : String(error) };
    }
  }
}

/** As docs/messages.md tells them apart. */
type LetterKind = 'invocation' | 'rule' | 'unanswerable' | 'stream' | 'other';

export interface Letter {
  readonly kind: LetterKind;
  /** Of the device's message. */
  readonly requestId?: string;
}

type Json = Readonly<Record<string, unknown>>;

function requestIdOf(base64: unknown): string | undefined {
  if (typeof base64 !== 'string') return undefined;
  try {
    const { requestId } = Object(JSON.parse(Buffer.from(base64, 'base64').toString()));
    return typeof requestId === 'string' ? requestId : undefined;
  } catch (error) {
    // Some devices send what is no JSON.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function kindOf(letter: Json): LetterKind {
  if (letter['DDBStreamBatchInfo'] !== undefined) return 'stream';
  if (letter['requestPayload'] !== undefined) return 'invocation';
  if (letter['failures'] !== undefined) return 'rule';
  return letter['reason'] === 'Unanswerable' ? 'unanswerable' : 'other';
}

/** What a body of the dead-letter queue is about. */
export function readLetter(body: string): Letter {
  const letter = JSON.parse(body) as Json;
  const { payload } = Object(letter['requestPayload']);
  const requestId = requestIdOf(letter['base64OriginalPayload'] ?? payload);
  return { kind: kindOf(letter), ...(requestId !== undefined && { requestId }) };
}

const WAIT_SECONDS = 2;
const AFTER_ERROR_MS = 500;

/** Takes what comes into the dead-letter queue, and tells of each letter, until `signal` aborts. */
async function collectLetters(
  { clientConfig, queues }: RunningStack,
  onLetter: (letter: Letter) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = new SQSClient({ ...clientConfig, maxAttempts: 10 });
  const QueueUrl = queues.deadLetters;
  const takeSome = async () => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: WAIT_SECONDS, MaxNumberOfMessages: 10 }),
      { abortSignal: signal },
    );
    if (Messages.length === 0) return;
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    for (const { Body = '{}' } of Messages) onLetter(readLetter(Body));
  };
  try {
    while (!signal.aborted) {
      // What could not be deleted comes again.
      await takeSome().catch(() => (signal.aborted ? undefined : delay(AFTER_ERROR_MS)));
    }
  } finally {
    client.destroy();
  }
}

const MAX_ANSWER_MS = 30_000;
const MAX_REPETITIONS = 5;
const MAX_BACK_MS = 150_000;
const RECONNECT_MS = 250;

interface WorldOptions {
  readonly stack: RunningStack;
  readonly devices: number;
  readonly random: Random;
  /** Whether dead letters are taken from the queue as they come. */
  readonly areLettersTaken: boolean;
}

/** Devices and operators of one stack, and what they know. */
export class World {
  readonly stack: RunningStack;
  readonly random: Random;
  readonly slots: readonly Slot[];
  readonly gone: Gone[] = [];
  readonly latencies = new Latencies();
  readonly ledger = new Ledger(MAX_ANSWER_MS, (operation, ms) => this.latencies.record(operation, ms));
  readonly executions: Executions;
  /** By kind. */
  readonly letters: Partial<Record<LetterKind, number>> = {};
  /** What should not have been, in one sentence each. */
  readonly surprises: string[] = [];
  /** Requests that are not MQTT messages and have ended, by what was asked for. */
  readonly ended: Record<string, number> = {};
  /** By how much the stack's clock is ahead. */
  clockOffsetSeconds = 0;
  readonly #closing = new AbortController();
  #makeIdentity: (thingName: string) => Promise<Identity> = () => Promise.reject(new Error('Not open yet.'));
  #closeFleet: () => void = () => undefined;
  #auditor: MqttClient | undefined;
  #collecting: Promise<void> = Promise.resolve();

  private constructor({ stack, devices, random }: WorldOptions) {
    this.stack = stack;
    this.random = random;
    this.slots = createSlots(devices);
    this.executions = new Executions(stack);
  }

  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options);
    const fleet = await createFleet(options.stack);
    world.#makeIdentity = fleet.make;
    world.#closeFleet = fleet.close;
    world.#auditor = await connectAuditor(options.stack, await fleet.make(AUDITOR), world.ledger);
    if (options.areLettersTaken) world.takeLetters();
    return world;
  }

  /** From now on. */
  takeLetters(): void {
    const { signal } = this.#closing;
    this.#collecting = collectLetters(
      this.stack,
      ({ kind, requestId }) => {
        this.letters[kind] = (this.letters[kind] ?? 0) + 1;
        if (requestId !== undefined) this.ledger.deadLettered(requestId);
      },
      signal,
    );
  }

  get nowSeconds(): number {
    return Date.now() / 1_000 + this.clockOffsetSeconds;
  }

  /** A surprise is told once it is seen, and counts at the end. */
  surprise(text: string): void {
    const MAX_SURPRISES = 200;
    if (this.surprises.length < MAX_SURPRISES) this.surprises.push(text);
    console.error(`  surprise: ${text}`);
  }

  async identify(slot: Slot): Promise<void> {
    slot.identity ??= await this.#makeIdentity(deviceIdOf(slot));
  }

  /** Connects a device that may be turned away at first, since certificates follow the data. @returns whether it is in */
  async connect(slot: Slot): Promise<boolean> {
    const giveUpAt = performance.now() + MAX_BACK_MS;
    while (!isConnected(slot)) {
      if (slot.identity === undefined) return false;
      try {
        slot.device = await connectDevice(this.stack, slot.identity);
      } catch {
        if (this.#closing.signal.aborted || performance.now() > giveUpAt) return false;
        await delay(RECONNECT_MS);
      }
    }
    return true;
  }

  /** Publishes a message as its device; without a connection it is not sent. Resolves with what becomes of it. */
  async publish(
    slot: Slot,
    operation: string,
    payload: Readonly<Record<string, unknown>> = {},
    usedRequestId?: string,
  ): Promise<Fate & { readonly requestId?: string }> {
    const { device } = slot;
    if (device === undefined || !device.mqtt.connected) return { kind: 'unanswered' };
    const { requestId, fate } = this.ledger.open(operation, device.deviceId, usedRequestId);
    const message = JSON.stringify({ ...payload, requestId });
    device.mqtt.publish(`devices/${device.deviceId}/${operation}`, message, { qos: 1 }, (error) => {
      // Without an acknowledgement, only an answer tells that it has arrived.
      if (!error) this.ledger.acknowledged(requestId);
    });
    return { ...(await fate), requestId };
  }

  /** A message on a topic that no device may publish to, and the service has no answer for: a dead letter. */
  async publishUnanswerable(deviceId: string): Promise<void> {
    const { requestId, fate } = this.ledger.open('nonsense', deviceId);
    this.#auditor?.publish(
      `devices/${deviceId}/nonsense`,
      JSON.stringify({ requestId }),
      { qos: 1 },
      (error) => {
        if (!error) this.ledger.acknowledged(requestId);
      },
    );
    await fate;
  }

  /** As a device does that wants to know: the same request, until it is answered. */
  async insist(
    slot: Slot,
    operation: string,
    payload: Readonly<Record<string, unknown>> = {},
  ): Promise<Fate> {
    let last: Fate & { readonly requestId?: string } = { kind: 'unanswered' };
    for (let repetition = 0; repetition < MAX_REPETITIONS; repetition += 1) {
      last = await this.publish(slot, operation, payload, last.requestId);
      if (last.kind === 'accepted' || last.kind === 'rejected') return last;
      if (!isConnected(slot) && !(await this.connect(slot))) return last;
    }
    return last;
  }

  /** An operator's request. */
  async operate(
    what: string,
    stateMachineArn: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const startedAt = performance.now();
    const end = await this.executions.run(stateMachineArn, { requestedBy: 'soak', ...input });
    this.ended[what] = (this.ended[what] ?? 0) + 1;
    this.latencies.record(what, performance.now() - startedAt);
    if (end.isDone) return end.output;
    this.surprise(`${what} of ${String(input['deviceId'])} ended with ${end.error}`);
    return undefined;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const { device } of this.slots) device?.mqtt.end(true);
    this.#auditor?.end(true);
    this.executions.close();
    this.#closeFleet();
    await this.#collecting;
  }
}
