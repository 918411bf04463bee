import type { BuildOptions } from 'esbuild';

/** How functions and layer are built alike: as ES modules for Lambda's Node.js, from packages' ES modules first. */
export const bundleOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'error',
  preserveSymlinks: true,
} as const satisfies BuildOptions;
