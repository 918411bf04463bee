import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// What Node makes of each file, types stripped, is kept in the working directory: the runtime is ready in two thirds of the
// time. So everything else is loaded after this, which is JavaScript: Node loads what strips types for no other file.
enableCompileCache(join(process.cwd(), '.local/compile-cache'));
await import('./command-line.ts');
