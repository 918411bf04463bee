import { join } from 'node:path';
import { BlobBody } from './blob-body.ts';
import type { Blob, Blobs } from './blobs.ts';
import type { S3Part, S3Store, S3Upload } from './emulator-parts.ts';
import { JsonFiles } from './json-files.ts';

interface StoredUpload extends Omit<S3Upload, 'parts' | 'initiated'> {
  readonly initiatedAtMs: number;
}

interface StoredPart extends Omit<S3Part, 'body' | 'lastModified'> {
  readonly uploadId: string;
  readonly modifiedAtMs: number;
  readonly blob: Blob;
}

const fileNameOf = ({ uploadId, partNumber }: StoredPart): string => `${uploadId}.${partNumber}`;

/** Multipart uploads that are not completed, on disk: a JSON file each and one a part, which names its blob. */
export class UploadFiles {
  readonly #blobs: Blobs;
  readonly #uploadFiles: JsonFiles<StoredUpload>;
  readonly #partFiles: JsonFiles<StoredPart>;
  readonly #uploads = new Map<string, S3Upload>();
  readonly #parts = new Map<string, Map<number, StoredPart>>();

  constructor(directory: string, blobs: Blobs) {
    this.#blobs = blobs;
    this.#uploadFiles = new JsonFiles(join(directory, 'uploads'));
    this.#partFiles = new JsonFiles(join(directory, 'parts'));
    for (const part of this.#partFiles.all()) this.#partsOf(part.uploadId).set(part.partNumber, part);
    for (const { initiatedAtMs, ...members } of this.#uploadFiles.all()) {
      const parts = new Map<number, S3Part>();
      for (const part of this.#partsOf(members.uploadId).values())
        parts.set(part.partNumber, this.#restore(part));
      this.#uploads.set(members.uploadId, { ...members, initiated: new Date(initiatedAtMs), parts });
    }
  }

  /** @param taken blobs of objects: an upload with such a one was completed when the process was killed */
  load(store: S3Store, taken: ReadonlySet<string>): void {
    for (const [uploadId, upload] of this.#uploads) {
      const isCompleted = [...this.#partsOf(uploadId).values()].some(({ blob }) => taken.has(blob.id));
      if (isCompleted) this.delete(uploadId, taken);
      else store.restoreMultipartUpload(upload);
    }
  }

  *blobs(): Generator<Blob> {
    for (const uploadId of this.#uploads.keys()) {
      for (const { blob } of this.#partsOf(uploadId).values()) yield blob;
    }
  }

  get(uploadId: string): S3Upload | undefined {
    return this.#uploads.get(uploadId);
  }

  insert(upload: S3Upload): void {
    const { parts: _, initiated, ...members } = upload;
    this.#uploadFiles.set(upload.uploadId, { ...members, initiatedAtMs: initiated.getTime() });
    this.#uploads.set(upload.uploadId, upload);
  }

  /** Takes the bytes out of memory: `part` has a {@link BlobBody} from then on. */
  upsertPart(uploadId: string, part: S3Part): void {
    const { body, lastModified, ...members } = part;
    const stored = {
      ...members,
      uploadId,
      modifiedAtMs: lastModified.getTime(),
      blob: this.#blobs.write(body),
    };
    const parts = this.#partsOf(uploadId);
    const before = parts.get(part.partNumber);
    this.#partFiles.set(fileNameOf(stored), stored);
    parts.set(part.partNumber, stored);
    if (before !== undefined) this.#blobs.remove([before.blob]);
    part.body = this.#restore(stored).body;
  }

  /** Removes an upload and its parts, but not the blobs that an object is made of now. */
  delete(uploadId: string, kept: ReadonlySet<string> = new Set()): void {
    this.#uploadFiles.delete(uploadId);
    this.#uploads.delete(uploadId);
    for (const part of this.#partsOf(uploadId).values()) {
      this.#partFiles.delete(fileNameOf(part));
      if (!kept.has(part.blob.id)) this.#blobs.remove([part.blob]);
    }
    this.#parts.delete(uploadId);
  }

  deleteAll(): void {
    for (const uploadId of [...this.#uploads.keys()]) this.delete(uploadId);
  }

  #partsOf(uploadId: string): Map<number, StoredPart> {
    const parts = this.#parts.get(uploadId) ?? new Map<number, StoredPart>();
    this.#parts.set(uploadId, parts);
    return parts;
  }

  #restore({ uploadId: _, modifiedAtMs, blob, ...members }: StoredPart): S3Part {
    const body = BlobBody.of(this.#blobs, [blob]) as unknown as Buffer;
    return { ...members, lastModified: new Date(modifiedAtMs), body };
  }
}
