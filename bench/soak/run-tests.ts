import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { SoakTest } from './tests.ts';

const PROJECT_DIR = new URL('../..', import.meta.url).pathname;
const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

/** Runs tests at their large numbers, and says what they say. @returns whether they have passed */
export async function runTests({ files, environment }: SoakTest, signal: AbortSignal): Promise<boolean> {
  const jest = spawn(process.execPath, [...JEST, ...files], {
    cwd: PROJECT_DIR,
    env: { ...environment, ...process.env },
    stdio: 'inherit',
  });
  // An interrupt in the terminal reaches it by itself, one that was sent to this process alone does not.
  const end = () => jest.kill('SIGTERM');
  process.once('exit', end);
  signal.addEventListener('abort', end);
  const [exitCode] = (await once(jest, 'close')) as [number | null];
  process.off('exit', end);
  signal.removeEventListener('abort', end);
  return exitCode === 0;
}
