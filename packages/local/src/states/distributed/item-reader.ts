import type { Json } from '../json.ts';
import { decompress } from './decompress.ts';
import type { EvaluatedItemReader } from './item-source.ts';
import type { ObjectStore } from './object-store.ts';
import { readJsonLines } from './read-json-lines.ts';
import { s3ReaderFailure } from './reader-failure.ts';
import { LIST_OBJECTS } from './reader-settings.ts';

/** Opens the object when the first bytes are taken, so that no reader that fails before leaves it open. */
async function* bytesOf(
  objects: ObjectStore,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
): AsyncGenerator<Uint8Array> {
  yield* await objects.read(Bucket, Key);
}

/** Loads the parsers of those formats that a machine reads. */
async function* readItemsOf(reader: EvaluatedItemReader, objects: ObjectStore): AsyncGenerator<Json> {
  if (reader.Resource === LIST_OBJECTS) {
    for await (const summary of objects.list(reader.Arguments.Bucket, reader.Arguments.Prefix ?? '')) {
      const { ETag: Etag, ...others } = summary;
      yield { Etag, ...others };
    }
    return;
  }
  const config = reader.ReaderConfig;
  const bytes = decompress(reader.Arguments.Key, bytesOf(objects, reader.Arguments));
  switch (config.InputType) {
    case 'CSV':
      yield* (await import('./read-csv.ts')).readCsv(bytes, config);
      return;
    case 'JSONL':
      yield* readJsonLines(bytes);
      return;
    case 'JSON':
      yield* (await import('./read-json-array.ts')).readJsonArray(bytes, config.ItemsPointer);
  }
}

/**
 * The items of an evaluated ItemReader, read as they are taken. MaxItems ends the reading early.
 * Throws `StatesError` `States.ItemReaderFailed` when S3 does not have the dataset, or it is not what InputType says.
 */
export async function* readItems(reader: EvaluatedItemReader, objects: ObjectStore): AsyncGenerator<Json> {
  const { MaxItems = 0 } = reader.ReaderConfig ?? {};
  let count = 0;
  try {
    for await (const item of readItemsOf(reader, objects)) {
      yield item;
      count += 1;
      if (count === MaxItems) return;
    }
  } catch (thrown) {
    throw s3ReaderFailure(thrown);
  }
}
