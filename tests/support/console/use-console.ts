import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type RunningStack, startStack } from '../../../demo/stack.ts';
import { faultsOf, findBrowser, launchBrowser, openPage } from './browser.ts';
import { type RunningConsole, startConsole } from './console.ts';

/** What tests of the console work with: a stack that runs, its console, and a browser. */
export interface ConsoleFixture {
  readonly stack: RunningStack;
  readonly console: RunningConsole;
  readonly browser: Browser;
  /** A new page, at a path of the console. It is closed after the test, and must have had no fault. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page>;
}

interface UseConsoleOptions {
  /** Of the runtime. */
  readonly args?: readonly string[];
  readonly consoleArgs?: readonly string[];
}

/** Describes what a browser shows of the console; skipped, with the reason, where there is no browser. */
export function describeConsole(
  name: string,
  options: UseConsoleOptions,
  define: (fixture: () => ConsoleFixture) => void,
): void {
  const executablePath = findBrowser();
  describe(name, () => {
    if (executablePath === undefined) {
      it.skip('is not tested: there is no Chromium here (apt-get install chromium, or name one in CHROMIUM)', () =>
        undefined);
      return;
    }
    let fixture: ConsoleFixture | undefined;
    const pages: Page[] = [];
    /** Of what has been started, also when something else could not be. */
    const ends: (() => Promise<unknown>)[] = [];
    const started = async <T>(starting: Promise<T>, end: (part: T) => Promise<unknown>): Promise<T> => {
      const part = await starting;
      ends.unshift(() => end(part));
      return part;
    };
    beforeAll(async () => {
      const launching = started(launchBrowser(executablePath), (browser) => browser.close());
      const stack = await started(startStack([...(options.args ?? [])]), ({ stop }) => stop());
      const running = await started(startConsole(stack, options.consoleArgs), ({ stop }) => stop());
      const browser = await launching;
      fixture = {
        stack,
        console: running,
        browser,
        async open(path = '/', pageOptions = {}) {
          const page = await openPage(browser, running.url.replace('/#', `${path}#`), pageOptions);
          pages.push(page);
          return page;
        },
      };
    });
    afterEach(async () => {
      const found = pages.flatMap(faultsOf);
      for (const page of pages.splice(0)) await page.context().close();
      expect(found).toEqual([]);
    });
    afterAll(async () => {
      for (const end of ends) await end();
    });
    define(() => {
      if (fixture === undefined) throw new Error('The console has not been started.');
      return fixture;
    });
  });
}
