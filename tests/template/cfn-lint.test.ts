import { spawnSync } from 'node:child_process';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { describe, expect, it } from '@jest/globals';

const isInstalled = spawnSync('cfn-lint', ['--version']).status === 0;
const itWhenInstalled = isInstalled ? it : it.skip;
const skipped = isInstalled ? '' : ' (skipped: cfn-lint is not installed)';

const existingNetwork = {
  network: 'existing',
  subnetIdA: 'subnet-0a0a0a0a',
  subnetIdB: 'subnet-0b0b0b0b',
  securityGroupId: 'sg-0c0c0c0c',
};

describe('cfn-lint', () => {
  itWhenInstalled.each([
    ['a stage to try things on, in a network that is there already', 'dev', existingNetwork],
    [
      'a stage that matters, with traces and alarms by e-mail',
      'prod',
      { tracing: 'Active', alarmEmail: 'operators@example.com' },
    ],
  ])(
    `finds nothing in the packaged template for %s${skipped}`,
    async (_name, stage, params) => {
      const { file } = await packagedTemplate(stage, params as Readonly<Record<string, string>>);

      const { status, stdout, stderr } = spawnSync('cfn-lint', [file], { encoding: 'utf8' });

      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
    120_000,
  );
});
