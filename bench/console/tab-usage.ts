import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';

const BYTES_PER_KB = 1_024;

export interface TabUsage {
  /** Memory that is no file's and no other process's, resident or swapped out. */
  readonly privateBytes: number;
}

/**
 * What the process of a browser's only tab takes. Chromium keeps another renderer ready for the next tab; the busiest is
 * that of the tab. Linux only.
 */
export async function tabUsage(browser: Browser): Promise<TabUsage> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const [tab] = processInfo
    .filter(({ type }) => type === 'renderer')
    .toSorted((one, other) => other.cpuTime - one.cpuTime);
  if (tab === undefined) throw new Error('The browser has no tab.');
  const status = await readFile(`/proc/${tab.id}/status`, 'utf8');
  const bytesOf = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * BYTES_PER_KB;
  return { privateBytes: bytesOf('RssAnon') + bytesOf('VmSwap') };
}
