#!/usr/bin/env node
// The tool is TypeScript, whose types Node strips by itself from this version on. Older ones have to be able to read
// this file, so that they can say so.
const NEEDED = 24;

const major = Number(process.versions.node.split('.')[0]);
if (major < NEEDED) {
  process.stderr.write(
    `devicectl needs Node ${NEEDED} or later, and this is ${process.version}: run it as "npx devicectl" in the project's directory, after "npm ci".\n`,
  );
  process.exitCode = 1;
} else {
  // Keeps what Node makes of each file, types stripped, in its folder for temporary files: the tool starts in less than
  // half of the time.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
