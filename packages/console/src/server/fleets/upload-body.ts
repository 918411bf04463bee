import { ApiError } from '../api-error.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly maxLines: number;
}

/** A file on its way to the server. */
interface UploadBody {
  /** Throws `ApiError` when it is larger than allowed. */
  readonly stream: AsyncIterable<Buffer>;
  /** Reads the rest, since browsers hear no answer before they have sent all. */
  drain(): Promise<void>;
}

const LINE_FEED = 0x0a;

/** `name`: how messages call the file. */
export function readBody(
  body: ReadableStream<Uint8Array> | null,
  name: string,
  limits: BodyLimits,
): UploadBody {
  const reader = body?.getReader();
  let [bytes, lines] = [0, 0];
  const next = async (): Promise<Buffer | undefined> => {
    const { value } = (await reader?.read()) ?? {};
    return value === undefined ? undefined : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  };
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
      bytes += chunk.length;
      lines += countLines(chunk);
      if (bytes > limits.maxBytes || lines > limits.maxLines) throw tooLarge(name, limits);
      yield chunk;
    }
  }
  return {
    stream: chunks(),
    async drain() {
      for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
        bytes += chunk.length;
        if (bytes > limits.maxBytes) return;
      }
    },
  };
}

function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}

export function tooLarge(name: string, { maxBytes, maxLines }: BodyLimits): ApiError {
  const most = `${maxBytes / 1_000_000} MB and ${maxLines.toLocaleString('en')} lines`;
  return new ApiError(
    'invalid',
    `${name} is larger than ${most}, the most that the console takes: split it, or use "devicectl fleet".`,
  );
}
