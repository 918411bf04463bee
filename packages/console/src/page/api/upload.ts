import { ApiProblem, withoutWord } from './client.ts';
import { authorization } from './token.ts';

interface UploadOptions {
  /** How much of it is sent: 0 to 1. */
  onProgress(share: number): void;
  readonly signal: AbortSignal;
}

/**
 * Sends a file as it is, and says how far it is, which fetch cannot. `path`: below `/api`.
 * @throws ApiProblem
 */
export function upload<T>(path: string, file: Blob, { onProgress, signal }: UploadOptions): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const sending = new XMLHttpRequest();
  sending.open('POST', `/api${path}`);
  for (const [name, value] of Object.entries(authorization())) sending.setRequestHeader(name, value);
  // Not the type that the system knows its name by: JSON is what the API's requests are in.
  sending.setRequestHeader('content-type', 'application/octet-stream');
  sending.upload.addEventListener('progress', ({ loaded, total }) =>
    onProgress(total === 0 ? 1 : loaded / total),
  );
  sending.addEventListener('load', () => {
    try {
      const answer = JSON.parse(sending.responseText);
      if (sending.status === 200) resolve(answer);
      else reject(new ApiProblem(answer));
    } catch {
      reject(new ApiProblem(withoutWord(sending.status)));
    }
  });
  const broken = () =>
    reject(
      new ApiProblem({
        kind: 'unreachable',
        message:
          'The console has not taken the file: see in the terminal whether it still runs, and try again.',
      }),
    );
  for (const event of ['error', 'abort']) sending.addEventListener(event, broken);
  signal.addEventListener('abort', () => sending.abort(), { once: true });
  sending.send(file);
  return promise;
}
