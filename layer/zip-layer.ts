import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { LayerFile } from './build-layer.ts';

/** The earliest that a ZIP archive can hold; it has no time zones, so this is local time everywhere. */
const MTIME = new Date(1980, 0, 1);

/**
 * An archive that depends on nothing but the files. They are stored as they are: compressed bytes differ from one
 * processor's zlib to another's.
 */
export async function zipLayer(files: readonly LayerFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { path, content } of files) {
    zip.addBuffer(Buffer.from(content), path, {
      mtime: MTIME,
      forceDosTimestamp: true,
      mode: 0o100644,
      compress: false,
    });
  }
  zip.end();
  return buffer(zip.outputStream);
}
