import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTool } from '@device-lifecycle/test-kit/tool.ts';
import { commands } from '../../src/commands/commands.ts';
import { createCompletionCommand } from '../../src/commands/completion.ts';

export type Shell = 'bash' | 'zsh';

const START: Readonly<Record<Shell, readonly string[]>> = { bash: ['--norc', '--noprofile'], zsh: ['-f'] };

/** What is typed, and what completion has to offer for its last word. */
const CASES: readonly (readonly [typed: readonly string[], offered: readonly string[]])[] = [
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

/** Why a shell does not run; undefined where it does. */
export function problemOf(shell: Shell): string | undefined {
  try {
    execFileSync(shell, [...START[shell], '-c', 'exit'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return Object(error).message;
  }
}

export async function scriptFor(shell: string): Promise<string> {
  const tool = createTool();
  await createCompletionCommand(() => commands).run(tool.context({}, [shell]));
  return tool.said.out.join('\n');
}

/** Presses Tab behind the last word of each case in a shell: what it offers, and what it has to offer. */
export async function completeAll(shell: Shell): Promise<{ offered: string[][]; expected: string[][] }> {
  const directory = mkdtempSync(join(tmpdir(), 'completion-'));
  try {
    for (const name of ['lot 7.csv', 'lot-8.csv']) writeFileSync(join(directory, name), '');
    const offered = press(shell, await scriptFor(shell), directory);
    return {
      offered: offered.map((words) => words.toSorted()),
      expected: CASES.map(([, words]) => words.toSorted()),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function press(shell: Shell, script: string, directory: string): readonly string[][] {
  const presses = CASES.map(([words]) => {
    const array = ['devicectl', ...words].map((word) => `'${word}'`).join(' ');
    return `COMP_WORDS=(${array}); COMP_CWORD=${words.length}; _devicectl; printf '%s\\n' "\${COMPREPLY[@]}" --end--`;
  });
  // As bashcompinit calls functions of bash.
  const emulation = shell === 'zsh' ? 'emulate sh; setopt kshglob noshglob braceexpand' : ':';
  const source = [script, emulation, ...presses].join('\n');
  const said = execFileSync(shell, [...START[shell], '-c', source], { cwd: directory, encoding: 'utf8' });
  return said
    .split('--end--\n')
    .slice(0, -1)
    .map((words) => words.split('\n').filter((word) => word !== ''))
    .map((words, index) => (shell === 'zsh' ? matching(words, CASES[index]?.[0].at(-1)) : words));
}

/** Of what zsh is offered, it takes what begins as the word that is being typed. */
const matching = (words: readonly string[], typed = ''): string[] =>
  words.filter((word) => word.startsWith(typed));
