/** `npm run support` writes the checklist of local/README.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiChapters, otherChapters } from './chapters.ts';
import { renderChecklist, replaceChecklist } from './render.ts';

const PAGE = join(import.meta.dirname, '../../README.md');

const checklist = renderChecklist(apiChapters, otherChapters);
await writeFile(PAGE, replaceChecklist(await readFile(PAGE, 'utf8'), checklist));
