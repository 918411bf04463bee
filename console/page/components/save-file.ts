import { saveFile as save } from '../api/save-file.ts';

/** Has the browser save a file that the page has made. */
export function saveFile(name: string, type: string, content: string): void {
  save(name, new Blob([content], { type }));
}
