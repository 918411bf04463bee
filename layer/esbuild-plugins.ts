import type { Plugin } from 'esbuild';
import { importFromLayer } from './esbuild-plugin.ts';
import { importsOf, type Serverless } from './service.ts';

/** For serverless-esbuild, which asks for its plugins in a file: `custom.esbuild.plugins`. */
export default (serverless: Serverless): readonly Plugin[] => [importFromLayer(() => importsOf(serverless))];
