import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import type { ConsoleParts } from './with-console.ts';

/** A page that is nothing but what is waited for. */
const EMPTY = '<!doctype html><title>Empty</title><main><h1>Empty</h1></main>';

/** Resolves to when the heading of the first view is on the screen. */
const WATCH = `
  globalThis.viewPainted = new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if (document.querySelector('main h1') === null) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    });
    watch.observe(document, { childList: true, subtree: true });
  });`;

/** Since the page's first byte, in milliseconds. The browser may tell of what it has painted a little later. */
const SINCE_FIRST_BYTE = `(async () => {
  const viewPaintedAt = await globalThis.viewPainted;
  const contentPaintedAt = await new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntriesByName('first-contentful-paint')) resolve(startTime);
    }).observe({ type: 'paint', buffered: true });
  });
  const [{ responseStart }] = performance.getEntriesByType('navigation');
  return { contentMs: contentPaintedAt - responseStart, viewMs: viewPaintedAt - responseStart };
})()`;

export interface Painted {
  /** Until something is painted. */
  readonly contentMs: number;
  /** Until the heading of the view is. */
  readonly viewMs: number;
}

export interface Paints {
  readonly console: readonly Painted[];
  /** Of a page that is almost nothing, in the same browser. */
  readonly empty: readonly Painted[];
}

/** Loads the console and an empty page in turns, each in a browser context that knows nothing of it. */
export async function measurePaints(parts: ConsoleParts, loads: number): Promise<Paints> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(EMPTY);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const console: Painted[] = [];
  const empty: Painted[] = [];
  try {
    for (let load = 0; load < loads; load += 1) {
      empty.push(await measureLoad(parts.browser, `http://127.0.0.1:${port}/`));
      console.push(await measureLoad(parts.browser, parts.console.url));
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return { console, empty };
}

async function measureLoad(browser: Browser, url: string): Promise<Painted> {
  const context = await browser.newContext({ locale: 'en' });
  try {
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    await page.goto(url);
    return await page.evaluate<Painted>(SINCE_FIRST_BYTE);
  } finally {
    await context.close();
  }
}
