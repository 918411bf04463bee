import { ApiProblem, request } from './client.ts';
import { saveFile } from './save-file.ts';

/**
 * Has the browser save a file of the server's, which a link alone could not ask for. `path`: below `/api`.
 * @throws ApiProblem, also where it ends before its end
 */
export async function download(path: string, fileName: string): Promise<void> {
  const response = await request(path);
  const content = await response.blob().catch(() => {
    throw new ApiProblem({
      kind: 'failed',
      message: 'The file has broken off before its end, and nothing was saved: try again.',
    });
  });
  saveFile(fileName, content);
}
