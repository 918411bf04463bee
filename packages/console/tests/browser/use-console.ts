import { createTabs, findBrowser, launchBrowser, type Tabs } from '@device-lifecycle/test-kit/browser.ts';
import { type RunningConsole, startConsole } from '@device-lifecycle/test-kit/console.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { hasTool } from '@device-lifecycle/test-kit/tools.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** What tests of the console work with: a stack that runs, its console, and a browser. */
export interface ConsoleFixture {
  readonly stack: RunningStack;
  readonly console: RunningConsole;
  readonly browser: Browser;
  /** A page at a path of the console, which remembers nothing. It is the test's own, and must have had no fault. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** The same, of a console of the same stack that changes nothing. */
  openReadOnly(path?: string, options?: BrowserContextOptions): Promise<Page>;
}

interface UseConsoleOptions {
  /** Of the runtime. */
  readonly args?: readonly string[];
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
      hasTool('chromium', 'it is in none of the usual places, and CHROMIUM names none');
      it.skip('is not tested: Chromium is missing', () => undefined);
      return;
    }
    let fixture: ConsoleFixture | undefined;
    let tabs: Tabs | undefined;
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
      const start = (args: readonly string[]) => started(startConsole(stack, args), ({ stop }) => stop());
      const running = await start([]);
      const browser = await launching;
      tabs = createTabs(browser);
      const { open } = tabs;
      let readOnly: Promise<RunningConsole> | undefined;
      fixture = {
        stack,
        console: running,
        browser,
        open: (path, pageOptions) => open(linkTo(running, path), pageOptions),
        async openReadOnly(path, pageOptions) {
          readOnly ??= start(['--read-only']);
          return open(linkTo(await readOnly, path), pageOptions);
        },
      };
    });
    afterEach(async () => {
      expect(await tabs?.empty()).toEqual([]);
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

const linkTo = ({ url }: RunningConsole, path = '/'): string => url.replace('/#', `${path}#`);
