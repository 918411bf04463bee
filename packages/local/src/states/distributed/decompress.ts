import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AwsError } from '../../aws.ts';
import { readerFailure } from './reader-failure.ts';

const DECOMPRESSORS: Readonly<Record<string, () => Transform>> = {
  gz: createGunzip,
  zst: createZstdDecompress,
  zstd: createZstdDecompress,
};

/** The bytes of a file, decompressed where the end of its key says GZIP or ZSTD. */
export async function* decompress(key: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const create = DECOMPRESSORS[key.split('.').at(-1) ?? ''];
  if (create === undefined) {
    yield* bytes;
    return;
  }
  // The error comes out of the iteration.
  const source = Readable.from(bytes, { objectMode: false });
  const decompressed: AsyncIterable<Buffer> = pipeline(source, create(), () => undefined);
  try {
    yield* decompressed;
  } catch (thrown) {
    if (thrown instanceof AwsError) throw thrown;
    throw readerFailure(`The file can't be decompressed: ${Object(thrown).message}`);
  }
}
