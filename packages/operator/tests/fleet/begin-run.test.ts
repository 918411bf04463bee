import { Readable } from 'node:stream';
import { createFakeFleet } from '@device-lifecycle/test-kit/fake-fleet.ts';
import { createTool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { expect, it } from '@jest/globals';
import { beginRun } from '../../src/fleet/begin-run.ts';
import { withCheckedStream } from '../../src/fleet/check-file.ts';

it('a run over the same devices for the same reason is not started twice', async () => {
  const fleet = createFakeFleet({ stack: testStack });
  const { context, interrupted } = createTool();
  const request = { operation: 'decommission', reason: 'recall' } as const;
  const pieces = Readable.from([Buffer.from('deviceId\ndev-1\n')]);
  await withCheckedStream('lot-7.csv', pieces, interrupted.signal, async ({ source }) => {
    const begin = () => beginRun(fleet.tools, testStack, { request, source }, context());
    const begun = await begin();
    expect(begun).toMatchObject({ isGoingOn: false, run: { input: { reason: 'recall' } } });
    expect(await begin()).toMatchObject({ isGoingOn: true, run: { executionArn: begun.run.executionArn } });
    expect(fleet.started).toHaveLength(1);
    expect(fleet.started[0]?.input['source']).toEqual({
      bucket: 'fleet-bucket',
      key: `sources/${source.sha256}.csv`,
    });
  });
});
