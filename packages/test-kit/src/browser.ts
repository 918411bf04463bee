import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Of whatever a test waits for in a page: long, since nothing but a failure takes all of it. */
const PATIENCE_MS = 30_000;

/** Debian's Chromium, or what CHROMIUM names; nothing where no browser is installed. */
export const findBrowser = (): string | undefined =>
  [process.env['CHROMIUM'], ...PATHS].find((path) => path !== undefined && existsSync(path));

export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** The tabs of a browser. A new tab costs several times what another address in an old one does, so they are used again. */
export interface Tabs {
  /** A tab that no other test sees meanwhile, at `url`. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** Empties all that are open, and tells what has gone wrong in them that nobody has seen. */
  empty(): Promise<readonly string[]>;
}

interface Tab {
  readonly page: Page;
  /** Errors of the page's own scripts, and what breaks its policy. */
  readonly faults: string[];
  readonly key: string;
}

export function createTabs(browser: Browser): Tabs {
  const idle: Tab[] = [];
  const used: Tab[] = [];
  return {
    async open(url, options = {}) {
      const key = JSON.stringify(options);
      const index = idle.findIndex((tab) => tab.key === key);
      const tab = idle.splice(index, index === -1 ? 0 : 1)[0] ?? (await createTab(browser, options, key));
      await tab.page.goto(url);
      used.push(tab);
      return tab.page;
    },
    async empty() {
      const faults: string[] = [];
      for (const tab of used.splice(0)) {
        faults.push(...tab.faults.splice(0));
        await emptyPage(tab.page);
        idle.push(tab);
      }
      return faults;
    },
  };
}

async function createTab(browser: Browser, options: BrowserContextOptions, key: string): Promise<Tab> {
  // What pulses would be painted all the time.
  const page = await openPage(browser, 'about:blank', { reducedMotion: 'reduce', ...options });
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    // What the server refuses is told by the browser too.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) faults.push(message.text());
  });
  return { page, faults, key };
}

/** A page in a context of its own, at `url`. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ locale: 'en', ...options });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** So that it remembers nothing, and does nothing until it is used again: where it is, another process is not needed. */
async function emptyPage(page: Page): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await page.goto(new URL('/api', page.url()).href);
}
