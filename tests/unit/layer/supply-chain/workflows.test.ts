import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const PROJECT_DIR = join(import.meta.dirname, '../../../..');
const WORKFLOWS = globSync('.github/workflows/*.yml', { cwd: PROJECT_DIR });

const USES = /^\s*-?\s*uses:\s*(\S+)/gm;
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const INSTALLS = /\b(?:pipx?|npm|npx|gem|cargo|go) +(?:install|i|exec)\b[^\n#]*/g;

/** What of a workflow may be something else tomorrow, or may do more than it has to. */
function faultsOf(workflow: string): string[] {
  const actions = [...workflow.matchAll(USES)].map(([, action = '']) => action);
  const installs = [...workflow.matchAll(INSTALLS)].map(([command]) => command.trim());
  const granted = [...workflow.matchAll(/^ *([\w-]+): (?:write|write-all)$/gm)].map(([, scope]) => scope);
  return [
    ...actions.filter((action) => !PINNED.test(action)).map((action) => `${action} is not pinned`),
    ...installs
      .filter((command) => !/[=@]=?\d/.test(command))
      .map((command) => `"${command}" names no version`),
    ...(/^permissions:\n {2}contents: read\n(?! )/m.test(workflow) ? [] : ['may do more than read']),
    ...granted.map((scope) => `may write: ${scope}`),
    ...(/pull_request_target|secrets\./.test(workflow) ? ['gives secrets away'] : []),
  ];
}

const GOOD = `on: push
permissions:
  contents: read

jobs:
  test:
    steps:
      - uses: actions/checkout@${'0'.repeat(40)} # v1
      - run: npm ci
      - run: pipx install cfn-lint==1.0.0
`;

describe('workflows', () => {
  test.each(WORKFLOWS)('%s runs what is pinned, and may do no more than read', async (file) => {
    expect(faultsOf(await readFile(join(PROJECT_DIR, file), 'utf8'))).toEqual([]);
  });

  test.each([
    ['is not pinned', GOOD.replace(/@0+/, '@v4')],
    ['is not pinned', `${GOOD}      - uses: docker://alpine\n`],
    ['names no version', GOOD.replace('==1.0.0', '')],
    ['may do more than read', GOOD.replace('permissions:\n  contents: read\n', '')],
    ['may do more than read', GOOD.replace('contents: read\n', 'contents: read\n  packages: read\n')],
    ['may write', `${GOOD}    permissions:\n      contents: write\n`],
    ['gives secrets away', `${GOOD}      - run: echo \${{ secrets.TOKEN }}\n`],
  ])('are found out: %s', (fault, workflow) => {
    expect(WORKFLOWS.length).toBeGreaterThan(0);
    expect(faultsOf(GOOD)).toEqual([]);
    expect(faultsOf(workflow)).toEqual([expect.stringContaining(fault)]);
  });
});
