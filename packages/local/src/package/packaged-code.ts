import { basename, join } from 'node:path';

/** Where the code is that a package's template names by a key in S3: `…/registerDevice.zip` is `registerDevice`. */
export function packagedCode(codeDirectory: string, key: string): string {
  return join(codeDirectory, basename(key, '.zip'));
}
