import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { packagedTemplate } from '../../support/packaged-template.ts';

const isInstalled = spawnSync('cfn-lint', ['--version']).status === 0;
const itWhenInstalled = isInstalled ? it : it.skip;

describe('cfn-lint', () => {
  itWhenInstalled(
    isInstalled
      ? 'finds nothing in the packaged template'
      : 'finds nothing in the packaged template (skipped: cfn-lint is not installed)',
    async () => {
      const { file } = await packagedTemplate();

      const { status, stdout, stderr } = spawnSync('cfn-lint', [file], { encoding: 'utf8' });

      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
    60_000,
  );
});
