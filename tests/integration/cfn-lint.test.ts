import { spawnSync } from 'node:child_process';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { hasTool } from '@device-lifecycle/test-kit/tools.ts';
import { describe, expect, it } from '@jest/globals';

const { status } = spawnSync('cfn-lint', ['--version']);
const isInstalled = hasTool('cfn-lint', status === 0 ? undefined : 'it does not run');

const existingNetwork = {
  network: 'existing',
  subnetIdA: 'subnet-0a0a0a0a',
  subnetIdB: 'subnet-0b0b0b0b',
  securityGroupId: 'sg-0c0c0c0c',
};

describe('cfn-lint', () => {
  (isInstalled ? it : it.skip).each([
    ['a stage to try things on, in a network that is there already', 'dev', existingNetwork],
    [
      'a stage that matters, with traces and alarms by e-mail',
      'prod',
      { tracing: 'Active', alarmEmail: 'operators@example.com' },
    ],
  ])(
    'finds nothing in the packaged template for %s',
    async (_name, stage, params) => {
      const { file } = await packagedTemplate(stage, params as Readonly<Record<string, string>>);

      const { status, stdout, stderr } = spawnSync('cfn-lint', [file], { encoding: 'utf8' });

      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
    120_000,
  );
});
