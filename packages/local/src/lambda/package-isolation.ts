import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * On Lambda nothing lies above a package, so that files of a package without a package.json are CommonJS.
 * On the laptop, Node.js would take the `"type"` of whatever project the unzipped package lies in; an empty
 * package.json at the package's root ends its search there. `codeDir` is the runtime's own copy.
 */
export function isolatePackage(codeDir: string): void {
  const manifest = join(codeDir, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{}\n');
}
