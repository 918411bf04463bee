import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { startEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { createQueryClient } from './query-client.ts';

const run = promisify(execFile);

/** moto, which speaks CloudFormation and much of what that makes: https://docs.getmoto.org/en/latest/docs/server_mode.html */
export type Moto =
  | { readonly isRunning: true; readonly url: string; stop(): Promise<void> }
  | { readonly isRunning: false; readonly reason: string };

/** What Debian does not install with its package, and CloudFormation cannot do without. */
const RECOMMENDED = [
  'python3-docker',
  'python3-flask-cors',
  'python3-openapi-spec-validator',
  'python3-yaml',
];

/** Starts moto on a port of its own. Never throws: where there is none, it says why. */
export async function startMoto(): Promise<Moto> {
  try {
    await run('moto_server', ['--help'], { timeout: 30_000 });
  } catch (error) {
    const [problem] = String(error instanceof Error ? error.message : error).split('\n');
    return { isRunning: false, reason: `moto is needed, such as Debian's python3-moto: ${problem}` };
  }
  const { endpoint: url, stop } = await startEngine({
    name: 'moto',
    startTimeoutMs: 30_000,
    directory: tmpdir(),
    command: (port) => ['moto_server', '-H', '127.0.0.1', '-p', String(port)],
  });
  try {
    await createQueryClient(url).call('cloudformation', 'ListStacks');
    return { isRunning: true, url, stop };
  } catch {
    await stop();
    const reason = `moto's CloudFormation does not start: with Debian's, install ${RECOMMENDED.join(', ')} too`;
    return { isRunning: false, reason };
  }
}
