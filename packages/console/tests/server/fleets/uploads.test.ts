import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { withCheckedStream } from '@device-lifecycle/operator/fleet/check-file.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createUploads, type Uploads } from '../../../src/server/fleets/uploads.ts';

let controller: AbortController;
let uploads: Uploads;
/** Ends the sleep of the longest ago that still lasts. */
let wake: (() => void)[];

beforeEach(() => {
  controller = new AbortController();
  wake = [];
  const sleep = (_: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      wake.push(resolve);
      signal?.addEventListener('abort', () => resolve());
    });
  uploads = createUploads({ now: Date.now, sleep }, controller.signal);
});

afterEach(() => controller.abort());

const add = (content: string) =>
  uploads.add((keep) =>
    withCheckedStream('lot.csv', Readable.from([Buffer.from(content)]), controller.signal, (file) =>
      keep({ file, operations: ['decommission'] }),
    ),
  );
const read = (id: string) => uploads.use(id, ({ file }) => text(file.source.read()));
const gone = 'is not here any more: give it again';

describe('lists of devices on the server', () => {
  it('can be read as often as they are wanted, until they are removed', async () => {
    const { id } = await add('deviceId\na\n');
    expect(await read(id)).toBe('deviceId\na\n');
    expect(await read(id)).toBe('deviceId\na\n');
    uploads.remove(id);
    await expect(read(id)).rejects.toThrow(gone);
  });

  it('are removed with their files, but not while they are used', async () => {
    const { id } = await add('deviceId\na\n');
    const source = await uploads.use(id, async ({ file }) => {
      uploads.remove(id);
      await new Promise(setImmediate);
      expect(await text(file.source.read())).toBe('deviceId\na\n');
      return file.source;
    });
    await new Promise(setImmediate);
    await expect(text(source.read())).rejects.toThrow('ENOENT');
  });

  it('are a few: the oldest that nobody uses makes room', async () => {
    const [first, second] = [await add('deviceId\na\n'), await add('deviceId\nb\n')];
    await uploads.use(first.id, async () => {
      await add('deviceId\nc\n');
      await add('deviceId\nd\n');
    });
    await expect(read(second.id)).rejects.toThrow(gone);
    expect(await read(first.id)).toBe('deviceId\na\n');
  });

  it('are refused while all others are used', async () => {
    const all = [await add('deviceId\na\n'), await add('deviceId\nb\n'), await add('deviceId\nc\n')];
    const [one, two, three] = all.map(({ id }) => id) as [string, string, string];
    await uploads.use(one, () =>
      uploads.use(two, () =>
        uploads.use(three, async () => {
          await expect(add('deviceId\nd\n')).rejects.toThrow('wait for these first');
        }),
      ),
    );
  });

  it('go with the time', async () => {
    const { id } = await add('deviceId\na\n');
    wake[0]?.();
    await new Promise(setImmediate);
    await expect(read(id)).rejects.toThrow(gone);
  });

  it('are not kept when they are none', async () => {
    await expect(add('name\na\n')).rejects.toThrow('has no column deviceId');
    for (let n = 0; n < 4; n += 1) await expect(add('name\na\n')).rejects.toThrow('no column');
    expect(await read((await add('deviceId\na\n')).id)).toBe('deviceId\na\n');
  });
});
