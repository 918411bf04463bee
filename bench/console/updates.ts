import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import type { ConsoleParts } from './with-console.ts';

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
export interface Update {
  /** From when the device's request was made: rule, function, transaction and stream are in it. */
  readonly sinceRequestMs: number;
  /** From when the lifecycle event came into the log group. */
  readonly sinceEventMs: number;
}

/** Devices register one after the other while the overview is looked at. */
export async function measureUpdates(parts: ConsoleParts, count: number): Promise<readonly Update[]> {
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
