import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's Chromium, or what CHROMIUM names; nothing where no browser is installed. */
export const findBrowser = (): string | undefined =>
  [process.env['CHROMIUM'], ...PATHS].find((path) => path !== undefined && existsSync(path));

/** Errors of the page's own scripts, and what breaks its policy, by page. */
const faults = new WeakMap<Page, string[]>();

export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page in a context of its own, at `url`. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ locale: 'en', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const seen: string[] = [];
  faults.set(page, seen);
  page.on('pageerror', ({ message }) => seen.push(message));
  page.on('console', (message) => {
    // What the server refuses is told by the browser too.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) seen.push(message.text());
  });
  await page.goto(url);
  return page;
}

/** What has gone wrong in a page that nobody has seen. */
export const faultsOf = (page: Page): readonly string[] => faults.get(page) ?? [];
