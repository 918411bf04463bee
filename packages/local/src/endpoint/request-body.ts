import type { IncomingMessage } from 'node:http';
import { AwsError } from '../aws.ts';

/** More than any API that the runtime answers takes at once. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

function tooLarge(): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `The laptop runtime takes request bodies of ${MAX_BODY_BYTES} bytes at most.`,
    413,
  );
}

/** Reads a request's body. Throws `RequestEntityTooLargeException` (413) beyond 64 MiB. */
export function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else reject(tooLarge());
    });
    incoming.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    incoming.on('error', reject);
  });
}
