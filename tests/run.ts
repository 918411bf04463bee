/**
 * `npm run test:all` runs every test, `npm run test:rest` those that `npm run check` and `npm test` leave. A tool that
 * is missing fails its tests, unless `--allow-missing NAME` is given (again for each). Other arguments are jest's.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TOOLS } from '@device-lifecycle/test-kit/tools.ts';

const REST = ['integration', 'fuzz', 'local', 'browser'];
const QUICK = ['template', 'service', 'operator', 'devicectl', 'console'];

const [which = 'all', ...args] = process.argv.slice(2);
const { values, tokens } = parseArgs({
  args,
  options: { 'allow-missing': { type: 'string', multiple: true, default: [] } },
  strict: false,
  tokens: true,
});
const allowed = values['allow-missing'] as string[];
const unknown = allowed.find((name) => !(TOOLS as readonly string[]).includes(name));
if (unknown !== undefined) throw new Error(`--allow-missing ${unknown}: give one of ${TOOLS.join(', ')}.`);

const own = new Set(
  tokens.flatMap((token) =>
    token.kind === 'option' && token.name === 'allow-missing'
      ? [token.index, ...(token.inlineValue === false ? [token.index + 1] : [])]
      : [],
  ),
);
const jest = join(import.meta.dirname, '../node_modules/jest/bin/jest.js');
const projects = which === 'rest' ? REST : [...QUICK, ...REST];
const child = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    ...args.filter((_, index) => !own.has(index)),
    '--selectProjects',
    ...projects,
  ],
  { stdio: 'inherit', env: { ...process.env, ALLOW_MISSING: allowed.join(',') } },
);
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
