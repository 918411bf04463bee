import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { buildPage } from '@device-lifecycle/console/server/page-files.ts';
import { openPage } from '@device-lifecycle/test-kit/browser.ts';
import { startConsole } from '@device-lifecycle/test-kit/console.ts';
import { makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { openEngine, withParts } from '../fleet/fleets.ts';
import { QUIET, startRuntime } from '../fleet/runtime.ts';
import { type Figure, printFigures, saveResult } from '../results.ts';
import { type ConsoleParts, openBrowser, withConsole } from './with-console.ts';

interface TabUsage {
  /** Memory that is no file's and no other process's, resident or swapped out. */
  readonly privateBytes: number;
}

/**
 * What the process of a browser's only tab takes. Chromium keeps another renderer ready for the next tab; the busiest is
 * that of the tab. Linux only.
 */
async function tabUsage(browser: Browser): Promise<TabUsage> {
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

const BYTES_PER_MB = 2 ** 20;
/** Of one turn of the wheel, in pixels: as many rows as a page of them has. */
const TURN_PX = 20_000;
const VIEWPORT = { width: 1_280, height: 800 } as const;

/** What a tab takes, in MB. */
interface TabMemory {
  /** What is its own of what is resident, as a browser's task manager counts. */
  readonly privateMb: number;
  readonly heapMb: number;
}

interface Browsed {
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
async function measureBrowse(devices = 100_000): Promise<Browsed> {
  return withParts(async (parts) => {
    const { url, seeded } = await openEngine(parts);
    await seeded.put(makeFleet('browse', devices));
    const runtime = await startRuntime({ nodeArgs: QUIET, args: ['--dynamodb', url] });
    parts.defer(() => runtime.stop());
    const running = await startConsole(runtime, ['--read-only']);
    parts.defer(async () => void (await running.stop()));
    const browser = await openBrowser(parts);
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

interface Painted {
  /** Until something is painted. */
  readonly contentMs: number;
  /** Until the heading of the view is. */
  readonly viewMs: number;
}

interface Paints {
  readonly console: readonly Painted[];
  /** Of a page that is almost nothing, in the same browser. */
  readonly empty: readonly Painted[];
}

/** Loads the console and an empty page in turns, each in a browser context that knows nothing of it. */
async function measurePaints(parts: ConsoleParts, loads: number): Promise<Paints> {
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

/** Resolves to when a text is in the document, as epoch milliseconds. */
const seen = (text: string): string => `new Promise((resolve) => {
  const watch = new MutationObserver(() => {
    if (!document.body.textContent.includes(${JSON.stringify(text)})) return;
    watch.disconnect();
    resolve(Date.now());
  });
  watch.observe(document, { childList: true, subtree: true, characterData: true });
})`;

/** A step of a device's life, by one clock, in milliseconds. */
interface Update {
  /** From when the device's request was made: rule, function, transaction and stream are in it. */
  readonly sinceRequestMs: number;
  /** From when the lifecycle event came into the log group. */
  readonly sinceEventMs: number;
}

/** Devices register one after the other while the overview is looked at. */
async function measureUpdates(parts: ConsoleParts, count: number): Promise<readonly Update[]> {
  const { stack, browser, console } = parts;
  const context = await browser.newContext({ locale: 'en' });
  const page = await context.newPage();
  await page.goto(console.url);
  await page.getByText('live', { exact: true }).waitFor();
  const shown = new Map<string, number>();
  for (let number = 0; number < count; number += 1) {
    const deviceId = `update-${crypto.randomUUID()}`;
    const device = await connectNewDevice(stack, deviceId);
    const shownAt = page.evaluate<number>(seen(deviceId));
    await device.request('register', { serialNumber: `SN-${deviceId}` });
    shown.set(deviceId, await shownAt);
    await device.close();
  }
  await context.close();
  const events = await eventsOf(parts);
  return [...shown].map(([deviceId, atMs]) => {
    const event = events.get(deviceId);
    if (event === undefined) throw new Error(`${deviceId} has no event.`);
    return { sinceRequestMs: atMs - event.requestedAtMs, sinceEventMs: atMs - event.loggedAtMs };
  });
}

async function eventsOf({ stack }: ConsoleParts) {
  const client = new CloudWatchLogsClient({ ...stack.clientConfig });
  const [, name] = /\/([^/]+)-dead-letters$/.exec(stack.queues.deadLetters) ?? [];
  const events = new Map<string, { readonly requestedAtMs: number; readonly loggedAtMs: number }>();
  for await (const page of paginateFilterLogEvents({ client }, { logGroupName: `/aws/events/${name}` })) {
    for (const { message = '{}', ingestionTime = Number.NaN } of page.events ?? []) {
      const { detail } = JSON.parse(message);
      events.set(detail.deviceId, { requestedAtMs: detail.at, loggedAtMs: ingestionTime });
    }
  }
  client.destroy();
  return events;
}

const GOALS = { viewMs: 300, pageKb: 150, updateMs: 500, tabMb: 150 } as const;
const BYTES_PER_KB = 1_024;
const FULL = { loads: 30, updates: 40, devices: 100_000 } as const;
const QUICK = { loads: 2, updates: 2, devices: 2_000 } as const;

/** Of a sorted share, as 0.95. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const spread = (values: readonly number[]): string =>
  `${quantile(values, 0.5).toFixed(0)}, p95 ${quantile(values, 0.95).toFixed(0)}`;

function paintFigures({ console, empty }: Paints): readonly Figure[] {
  const views = console.map(({ viewMs }) => viewMs);
  const emptyViews = empty.map(({ viewMs }) => viewMs);
  const ratio = quantile(views, 0.5) / quantile(emptyViews, 0.5);
  return [
    {
      what: 'first view painted, ms after the first byte',
      measured: spread(views),
      reference: `${spread(emptyViews)}: a page with nothing but a heading (${ratio.toFixed(1)} times as long)`,
      goal: `p95 at most ${GOALS.viewMs}`,
      isMet: quantile(views, 0.95) <= GOALS.viewMs,
    },
    {
      what: 'first contentful paint, ms after the first byte',
      measured: spread(console.map(({ contentMs }) => contentMs)),
      reference: `${spread(empty.map(({ contentMs }) => contentMs))}: a page with nothing but a heading`,
    },
  ];
}

function sizeFigure(bytes: number): Figure {
  const kb = bytes / BYTES_PER_KB;
  return {
    what: 'page, KB compressed',
    measured: kb.toFixed(1),
    reference: 'Brotli, all files of all views',
    goal: `at most ${GOALS.pageKb}`,
    isMet: kb <= GOALS.pageKb,
  };
}

function updateFigures(updates: readonly Update[]): readonly Figure[] {
  const sinceEvent = updates.map(({ sinceEventMs }) => sinceEventMs);
  return [
    {
      what: 'an event on the screen, ms after it is in the log group',
      measured: spread(sinceEvent),
      reference: 'polled every 150 ms',
      goal: `p95 at most ${GOALS.updateMs}`,
      isMet: quantile(sinceEvent, 0.95) <= GOALS.updateMs,
    },
    {
      what: 'a registration on the screen, ms after the device has asked for it',
      measured: spread(updates.map(({ sinceRequestMs }) => sinceRequestMs)),
      reference: 'with rule, function, transaction, stream and bus',
    },
  ];
}

function browseFigure({ devices, seconds, rows, before, peak, after }: Browsed): Figure {
  const mb = (value: number) => value.toFixed(0);
  return {
    what: 'memory of the tab, all devices browsed, MB',
    measured: `${mb(peak.privateMb)} at its peak, ${mb(after.privateMb)} afterwards`,
    reference: `${mb(before.privateMb)} before; ${devices.toLocaleString('en')} devices to the end and back in ${seconds.toFixed(0)} s, ${rows} rows in the document at most`,
    goal: `at most ${GOALS.tabMb} more`,
    isMet: peak.privateMb - before.privateMb <= GOALS.tabMb,
  };
}

/** How quick and how large the console is, in a real browser on a laptop stack. */
export async function measureConsole(args: readonly string[]): Promise<void> {
  const { loads, updates: updateCount, devices } = args.includes('--quick') ? QUICK : FULL;
  console.log(`console: ${loads} loads, ${updateCount} updates, ${devices} devices browsed`);
  const { paints, updates } = await withConsole(async (parts) => ({
    paints: await measurePaints(parts, loads),
    updates: await measureUpdates(parts, updateCount),
  }));
  const browsed = await measureBrowse(devices);
  const compressedBytes = buildPage().compressedBytes;
  const figures = [
    ...paintFigures(paints),
    sizeFigure(compressedBytes),
    ...updateFigures(updates),
    browseFigure(browsed),
  ];
  printFigures(figures);
  await saveResult({
    name: 'console',
    title: 'the console, in a browser',
    command: 'npm run bench -- console',
    figures,
    raw: { paints, updates, browsed, compressedBytes },
  });
}
