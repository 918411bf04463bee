/**
 * The main job on real input: MQTT clients over a socket, executions through the AWS SDK, the packaged functions on
 * the laptop runtime. Tells the story, checks every claim against the tables, and fails if one does not hold.
 */
import { once } from 'node:events';
import { constants } from 'node:os';
import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { createOperator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import { createFactory } from '@device-lifecycle/test-kit/laptop/identity.ts';
import { createLogReader } from '@device-lifecycle/test-kit/laptop/logs.ts';
import { type RunningStack, StartError, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader, type TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { ClaimError, type Claims, createClaims } from './claims.ts';
import { play } from './story.ts';

const say = (line = '') => console.log(line);

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Not once: npm passes on the interrupt that the terminal sends to this process too.
  process.on(signal, () => interruption.abort(signal));
}

/** The demo counts what is in the tables, and never touches what it has not made. */
async function expectEmptyTables(reader: TableReader): Promise<void> {
  const { devices, guards, invalidDevices, purges } = await reader.read();
  if (devices.length + guards.length + invalidDevices.length + purges.length === 0) return;
  throw new StartError(
    'error: There are devices in the tables already: start the demo with an empty engine.',
  );
}

async function playOn(stack: RunningStack, claims: Claims): Promise<void> {
  const operator = createOperator(stack);
  const factory = createFactory(stack);
  const reader = createTableReader(stack);
  const logs = createLogReader(stack);
  const devices: Device[] = [];
  try {
    await expectEmptyTables(reader);
    await play({
      stack,
      operator,
      factory,
      reader,
      logs,
      async connect(identity) {
        const device = await connectDevice(stack, identity);
        devices.push(device);
        return device;
      },
      say,
      claim(text, check) {
        interruption.signal.throwIfAborted();
        claims.claim(text, check);
      },
    });
  } finally {
    await Promise.all(devices.filter(({ mqtt }) => mqtt.connected).map((device) => device.close()));
    operator.close();
    factory.close();
    reader.close();
    logs.close();
  }
}

/** Resolves when the story is told, or interrupted, and the stack has ended. */
async function main(): Promise<void> {
  const startedAt = performance.now();
  say('Packaging the service and starting it on this machine …');
  const stack = await startStack(process.argv.slice(2), interruption.signal);
  say(`  AWS endpoint ${stack.awsEndpointUrl}, MQTT ${stack.mqtt.host}:${stack.mqtt.port}`);
  const claims = createClaims(say);
  let stackExitCode: number | null;
  try {
    await Promise.race([playOn(stack, claims), once(interruption.signal, 'abort')]);
  } finally {
    stackExitCode = await stack.stop();
  }
  if (interruption.signal.aborted) return;
  if (stackExitCode !== 0) {
    throw new StartError(`${stack.output()}error: The runtime ended with exit code ${stackExitCode}.`);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`\n${claims.count} claims checked against tables and logs, all true. ${seconds} s.`);
}

/** What went wrong, for a person: a trace is for faults of the demo's own. */
function explain(error: unknown): void {
  if (error instanceof ClaimError) return;
  console.error(error instanceof StartError ? error.message : error);
}

await main().catch((error: unknown) => {
  process.exitCode = 1;
  if (!interruption.signal.aborted) explain(error);
});
if (interruption.signal.aborted) {
  const signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' = interruption.signal.reason;
  say('\nInterrupted; nothing is left of the stack.');
  process.exit(128 + constants.signals[signal]);
}
