import { findBrowser, launchBrowser, openPage } from '@device-lifecycle/test-kit/browser.ts';
import { startConsole } from '@device-lifecycle/test-kit/console.ts';
import { makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { QUIET, startRuntime } from '../fleet/runtime.ts';
import { openEngine, withParts } from '../fleet/with-parts.ts';
import { tabUsage } from './tab-usage.ts';

const BYTES_PER_MB = 2 ** 20;
/** Of one turn of the wheel, in pixels: as many rows as a page of them has. */
const TURN_PX = 20_000;
const VIEWPORT = { width: 1_280, height: 800 } as const;

/** What a tab takes, in MB. */
export interface TabMemory {
  /** What is its own of what is resident, as a browser's task manager counts. */
  readonly privateMb: number;
  readonly heapMb: number;
}

export interface Browsed {
  readonly devices: number;
  /** To the end and back. */
  readonly seconds: number;
  /** The most that were in the document. */
  readonly rows: number;
  /** With the list on its first page, garbage collected. */
  readonly before: TabMemory;
  /** The most on the way, garbage not collected. */
  readonly peak: TabMemory;
  /** Back at the top, garbage collected. */
  readonly after: TabMemory;
}

/** Scrolls through the list of all active devices of a laptop stack, to its end and back, in a browser. */
export async function measureBrowse(devices = 100_000): Promise<Browsed> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new Error('There is no Chromium: install one, or name it in CHROMIUM.');
  return withParts(async (parts) => {
    const { url, seeded } = await openEngine(parts);
    await seeded.put(makeFleet('browse', devices));
    const runtime = await startRuntime({ nodeArgs: QUIET, args: ['--dynamodb', url] });
    parts.defer(() => runtime.stop());
    const running = await startConsole(runtime, ['--read-only']);
    parts.defer(async () => void (await running.stop()));
    const browser = await launchBrowser(executablePath);
    parts.defer(() => browser.close());
    const page = await openPage(browser, running.url.replace('/#', '/devices#'), { viewport: VIEWPORT });
    return browse(browser, page, devices);
  });
}

async function browse(browser: Browser, page: Page, devices: number): Promise<Browsed> {
  const session = await page.context().newCDPSession(page);
  const memory = async (isCollected: boolean): Promise<TabMemory> => {
    if (isCollected) await session.send('HeapProfiler.collectGarbage');
    const { privateBytes } = await tabUsage(browser);
    return { privateMb: privateBytes / BYTES_PER_MB, heapMb: (await heapBytes(session)) / BYTES_PER_MB };
  };
  const body = page.locator('.virtual-body .virtual-row');
  await body.first().waitFor();
  const before = await memory(true);
  let peak = before;
  let rows = 0;
  const startedAt = performance.now();
  await page.getByRole('grid').hover();
  const scrollUntil = async (turnPx: number, isThere: () => Promise<boolean>) => {
    do {
      await page.mouse.wheel(0, turnPx);
      rows = Math.max(rows, await body.count());
      peak = larger(peak, await memory(false));
    } while (!(await isThere()));
  };
  const number = devices.toLocaleString('en');
  await scrollUntil(TURN_PX, () => page.getByText(`${number} in all`).isVisible());
  await scrollUntil(TURN_PX, () => rowAt(page, devices).isVisible());
  await scrollUntil(-TURN_PX, () => rowAt(page, 1).isVisible());
  const seconds = (performance.now() - startedAt) / 1_000;
  return { devices, seconds, rows, before, peak, after: await memory(true) };
}

/** A row that is loaded, by its place from 1 on; the head is the first of all. */
const rowAt = (page: Page, place: number) =>
  page.locator(`.virtual-row[aria-rowindex="${place + 1}"]:not([aria-busy])`);

async function heapBytes(session: CDPSession): Promise<number> {
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
}

const larger = (one: TabMemory, other: TabMemory): TabMemory => ({
  privateMb: Math.max(one.privateMb, other.privateMb),
  heapMb: Math.max(one.heapMb, other.heapMb),
});
