import { findBrowser, launchBrowser } from '@device-lifecycle/test-kit/browser.ts';
import { type RunningConsole, startConsole } from '@device-lifecycle/test-kit/console.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import type { Browser } from 'playwright-core';
import { withParts } from '../fleet/fleets.ts';

export interface ConsoleParts {
  readonly stack: RunningStack;
  readonly console: RunningConsole;
  readonly browser: Browser;
}

/** For as long as the parts. */
export async function openBrowser(parts: AsyncDisposableStack): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new Error('There is no Chromium: install one, or name it in CHROMIUM.');
  const browser = await launchBrowser(executablePath);
  parts.defer(() => browser.close());
  return browser;
}

/** A laptop stack, its console and a browser, for as long as `use` takes. */
export async function withConsole<T>(use: (parts: ConsoleParts) => Promise<T>): Promise<T> {
  return withParts(async (parts) => {
    const stack = await startStack();
    parts.defer(async () => void (await stack.stop()));
    const running = await startConsole(stack);
    parts.defer(async () => void (await running.stop()));
    const browser = await openBrowser(parts);
    return use({ stack, console: running, browser });
  });
}
