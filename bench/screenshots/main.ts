/** `npm run screenshots`: plays a fleet on a laptop stack, and takes the console's main views into docs/images. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type ConsoleParts, withConsole } from '../console/with-console.ts';
import { playFleet } from './fleet.ts';

const DIRECTORY = join(import.meta.dirname, '../../docs/images');
const MAX_BYTES = 150 * 1_024;
const QUALITY = 82;
const WIDE = { width: 1_280, height: 860 } as const;
const NARROW = { width: 360, height: 780 } as const;

interface Shot {
  /** Of its file. */
  readonly name: string;
  readonly path: string;
  readonly isDark?: boolean;
  readonly isNarrow?: boolean;
  readonly locale?: string;
  /** Goes on from the path, by links, to what has no address that is known beforehand. */
  readonly follow?: RegExp;
}

const SHOTS: readonly Shot[] = [
  { name: 'overview', path: '/' },
  { name: 'overview-dark', path: '/', isDark: true },
  { name: 'overview-ja', path: '/', locale: 'ja' },
  { name: 'devices', path: '/devices' },
  { name: 'device', path: '/devices/camera-02' },
  { name: 'device-narrow', path: '/devices/camera-04', isNarrow: true },
  { name: 'executions', path: '/executions' },
  { name: 'execution', path: '/executions?status=FAILED', follow: /^\/executions\/(?!new)/ },
  { name: 'fleet', path: '/fleets', follow: /^\/fleets\/(?!new|stale)/ },
  { name: 'dead-letters', path: '/dead-letters' },
  { name: 'laptop', path: '/laptop' },
];

async function take(browser: Browser, url: string, shot: Shot): Promise<void> {
  const context = await browser.newContext({
    locale: shot.locale ?? 'en',
    colorScheme: shot.isDark === true ? 'dark' : 'light',
    viewport: shot.isNarrow === true ? NARROW : WIDE,
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    await page.goto(url.replace('/#', `${shot.path}#`));
    await settle(page);
    if (shot.follow !== undefined) await goOn(page, shot.follow);
    await writeFile(join(DIRECTORY, `${shot.name}.webp`), await imageOf(page, shot.name));
  } finally {
    await context.close();
  }
}

/** Streams do not end, so that the network never is quiet: what is awaited is loaded once nothing says that it is busy. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => globalThis.performance.now() > 2_500);
  await page.waitForFunction(
    // biome-ignore lint/suspicious/noExplicitAny: the page's own types are the page's alone
    () => (globalThis as any).document.querySelector('[aria-busy=true]') === null,
  );
}

async function goOn(page: Page, target: RegExp): Promise<void> {
  const links = await page.locator('main a[href]').all();
  for (const link of links) {
    if (!target.test((await link.getAttribute('href')) ?? '')) continue;
    await link.click();
    await page.waitForTimeout(2_500);
    return;
  }
  throw new Error(`${page.url()} has no link to ${target}.`);
}

async function imageOf(page: Page, name: string): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  const image = Buffer.from(data, 'base64');
  if (image.byteLength > MAX_BYTES) throw new Error(`${name} has ${image.byteLength} bytes.`);
  return image;
}

async function takeAll({ stack, console: running, browser }: ConsoleParts): Promise<void> {
  console.log('playing a fleet');
  await playFleet(stack);
  await mkdir(DIRECTORY, { recursive: true });
  for (const shot of SHOTS) {
    console.log(`  ${shot.name}`);
    await take(browser, running.url, shot);
  }
}

await withConsole(takeAll);
