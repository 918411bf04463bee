import { createHash } from 'node:crypto';
import { BlobBody } from './blob-body.ts';
import type { EmulatorParts, S3Object, S3Part, S3Upload } from './emulator-parts.ts';
import type { DiskPersistence } from './persistence.ts';

type PartSpecs = readonly { readonly partNumber: number; readonly etag: string }[];

/** All but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * 1024 * 1024;

const unquoted = (etag: string): string => etag.replaceAll('"', '');

/** The parts that CompleteMultipartUpload names. Throws S3's InvalidPartOrder, InvalidPart or EntityTooSmall. */
function chosenParts(upload: S3Upload, specs: PartSpecs, { S3Error }: EmulatorParts): S3Part[] {
  const isOrdered = specs.every(({ partNumber }, index) => partNumber > (specs[index - 1]?.partNumber ?? 0));
  if (!isOrdered) throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.', 400);
  return specs.map(({ partNumber, etag }, index) => {
    const part = upload.parts.get(partNumber);
    if (part === undefined || unquoted(part.etag) !== unquoted(etag)) {
      throw new S3Error(
        'InvalidPart',
        `The part ${partNumber} could not be found, or its ETag differs.`,
        400,
      );
    }
    if (index < specs.length - 1 && part.body.length < MIN_PART_BYTES) {
      throw new S3Error(
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
        400,
      );
    }
    return part;
  });
}

function checksumMembers(
  { checksumAlgorithm }: S3Upload,
  parts: readonly S3Part[],
  emulator: EmulatorParts,
): Partial<S3Object> {
  const partChecksums = parts.flatMap(({ checksumValue }) => checksumValue ?? []);
  if (checksumAlgorithm === undefined || partChecksums.length === 0) return {};
  const checksumValue = emulator.computeCompositeChecksum(checksumAlgorithm, partChecksums);
  return { checksumAlgorithm, checksumValue, checksumType: 'COMPOSITE', partChecksums };
}

function boundariesOf(parts: readonly S3Part[]): NonNullable<S3Object['parts']> {
  let offset = 0;
  return parts.map(({ partNumber, body: { length } }) => {
    const boundary = { partNumber, offset, length };
    offset += length;
    return boundary;
  });
}

/** The MD5 of the parts' MD5s. */
function etagOf(parts: readonly S3Part[]): string {
  const digests = parts.map(({ etag }) => Buffer.from(unquoted(etag), 'hex'));
  return `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}"`;
}

/** Makes an object of an upload's parts as they lie on disk, where fauxqs would copy them together in memory. */
export function completedObject(
  upload: S3Upload,
  specs: PartSpecs,
  { blobs }: DiskPersistence,
  emulator: EmulatorParts,
): S3Object {
  const { uploadId: _, bucket: __, parts: ___, initiated: ____, ...members } = upload;
  const parts = chosenParts(upload, specs, emulator);
  const ofParts = parts.flatMap(({ body }) => (body as unknown as BlobBody).blobs);
  const body = BlobBody.of(blobs, ofParts);
  return {
    ...members,
    body: body as unknown as Buffer,
    contentLength: body.length,
    etag: etagOf(parts),
    lastModified: new Date(),
    parts: boundariesOf(parts),
    ...checksumMembers(upload, parts, emulator),
  };
}
