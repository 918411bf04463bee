import { describe, expect, it } from '@jest/globals';
import { useDataDirectory } from '../support/data-directories.ts';
import { collect, startHarness, until } from './broker-harness.ts';

const data = useDataDirectory();
const RETAINED = { qos: 1, retain: true } as const;

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-retain */
describe('a retained message', () => {
  it('comes with the RETAIN flag to a new subscription to its topic, and without to one that was there', async () => {
    const { connect } = await startHarness();
    const publisher = await connect({ clientId: 'd1' });
    const before = await connect({ clientId: 'before' });
    const flags: [string, boolean][] = [];
    before.on('message', (_, payload, { retain }) => flags.push([`before ${payload}`, retain]));
    await before.subscribeAsync('config', { qos: 1 });
    await publisher.publishAsync('config', 'on', RETAINED);
    const after = await connect({ clientId: 'after' });
    after.on('message', (_, payload, { retain }) => flags.push([`after ${payload}`, retain]));
    await after.subscribeAsync('config', { qos: 1 });
    await until(() => flags.length === 2);

    expect(flags).toEqual([
      ['before on', false],
      ['after on', true],
    ]);
  });

  it('is taken away by an empty one, which goes to subscribers and is not retained', async () => {
    const { connect } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    await device.publishAsync('config', 'on', RETAINED);
    const received = await collect(await connect({ clientId: 'd2' }), 'config');
    await device.publishAsync('config', '', RETAINED);
    await until(() => received.length === 2);

    expect(received).toEqual([
      ['config', 'on'],
      ['config', ''],
    ]);
    const later = await collect(await connect({ clientId: 'd3' }), 'config');
    await device.publishAsync('config', 'end', { qos: 1 });
    await until(() => later.length > 0);
    expect(later).toEqual([['config', 'end']]);
  });

  it('stays as it is when a message without the RETAIN flag comes', async () => {
    const { connect } = await startHarness();
    const device = await connect({ clientId: 'd1' });
    await device.publishAsync('config', 'on', RETAINED);
    await device.publishAsync('config', 'off', { qos: 1 });

    const received = await collect(await connect({ clientId: 'd2' }), 'config');
    await until(() => received.length > 0);
    expect(received).toEqual([['config', 'on']]);
  });

  it('outlives the runtime with a data directory', async () => {
    const { collections } = await data.reopen();
    const { broker, connect } = await startHarness({ collections });
    await (await connect({ clientId: 'd1' })).publishAsync('config', 'on', RETAINED);
    await broker.close();

    const again = await startHarness({ collections: (await data.reopen()).collections });
    const received = await collect(await again.connect({ clientId: 'd2' }), 'config');
    await until(() => received.length === 1);
    expect(received).toEqual([['config', 'on']]);
  });
});
