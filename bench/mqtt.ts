import { measureHeartbeats } from './mqtt/heartbeats.ts';
import { measureOverhead } from './mqtt/overhead.ts';

/** Mutual TLS with 1,000 devices: whether a message is lost, and what the broker costs beyond plain aedes. */
export async function run(): Promise<void> {
  await measureOverhead();
  await measureHeartbeats();
}
