import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTool } from '@device-lifecycle/test-kit/tool.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commands } from '../src/commands/commands.ts';
import { createCompletionCommand } from '../src/commands/completion.ts';

type Shell = 'bash' | 'zsh';

const START: Readonly<Record<Shell, readonly string[]>> = { bash: ['--norc', '--noprofile'], zsh: ['-f'] };

const isInstalled = (shell: Shell): boolean => {
  try {
    execFileSync(shell, [...START[shell], '-c', 'exit'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'completion-'));
  writeFileSync(join(directory, 'lot 7.csv'), '');
  writeFileSync(join(directory, 'lot-8.csv'), '');
});

afterAll(() => rmSync(directory, { recursive: true }));

async function scriptFor(shell: string): Promise<string> {
  const tool = createTool();
  await createCompletionCommand(() => commands).run(tool.context({}, [shell]));
  return tool.said.out.join('\n');
}

/** Presses Tab behind the last word of each line, and tells what the shell is offered. */
async function complete(shell: Shell, lines: readonly (readonly string[])[]): Promise<readonly string[][]> {
  const presses = lines.map((words) => {
    const array = ['devicectl', ...words].map((word) => `'${word}'`).join(' ');
    return `COMP_WORDS=(${array}); COMP_CWORD=${words.length}; _devicectl; printf '%s\\n' "\${COMPREPLY[@]}" --end--`;
  });
  // As bashcompinit calls functions of bash.
  const emulation = shell === 'zsh' ? 'emulate sh; setopt kshglob noshglob braceexpand' : ':';
  const source = [await scriptFor(shell), emulation, ...presses].join('\n');
  const said = execFileSync(shell, [...START[shell], '-c', source], { cwd: directory, encoding: 'utf8' });
  return said
    .split('--end--\n')
    .slice(0, -1)
    .map((words) => words.split('\n').filter((word) => word !== ''))
    .map((words, index) => (shell === 'zsh' ? matching(words, lines[index]?.at(-1)) : words));
}

/** Of what zsh is offered, it takes what begins as the word that is being typed. */
const matching = (words: readonly string[], typed = ''): string[] =>
  words.filter((word) => word.startsWith(typed));

describe.each<Shell>(['bash', 'zsh'])('completion for %s', (shell) => {
  const run = isInstalled(shell) ? it : it.skip;
  const reason = isInstalled(shell) ? '' : ` (skipped: ${shell} is not installed)`;

  run(`offers commands, options, their values, and files${reason}`, async () => {
    const typed: readonly (readonly [readonly string[], readonly string[]])[] = [
      [['dev'], ['device']],
      [['device', 'de'], ['decommission']],
      [
        ['help', 'device', 're'],
        ['restore', 'release'],
      ],
      [['device', 'decommission', 'dev-1', '--le'], ['--legal-hold']],
      [['device', 'decommission', 'dev-1', ''], []],
      [['executions', 'list', '--status', 'F'], ['FAILED']],
      [['executions', 'list', '--status', '=', 'F'], ['FAILED']],
      [
        ['executions', 'list', '--json', '--machine', 'restore'],
        ['restore-device', 'restore-fleet'],
      ],
      [['executions', 'list', '--region', ''], []],
      [['logs', 'life'], ['life-of-a-device']],
      [
        ['completion', ''],
        ['bash', 'zsh'],
      ],
      [
        ['fleet', 'decommission', 'lot'],
        ['lot 7.csv', 'lot-8.csv'],
      ],
      [['fleet', 'decommission', '--pro'], ['--profile']],
      [
        ['nonsense', ''],
        ['device', 'fleet', 'stale', 'dead-letters', 'executions', 'logs', 'console', 'completion', 'help'],
      ],
    ];
    const offered = await complete(
      shell,
      typed.map(([words]) => words),
    );
    expect(offered.map((words) => [...words].sort())).toEqual(typed.map(([, words]) => [...words].sort()));
  });
});

it('is made for the shells that are known alone', async () => {
  await expect(scriptFor('fish')).rejects.toMatchObject({ exitCode: 2 });
});
