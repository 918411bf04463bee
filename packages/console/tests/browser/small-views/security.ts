import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { ConsoleFixture } from '../use-console.ts';

const HOSTILE = '"><img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>';

export function describeSecurity(fixture: () => ConsoleFixture): void {
  describe('the page, in a browser', () => {
    const token = () => new URL(fixture().console.url).hash.replace('#token=', '');

    /** Of pages that are to break the policy, which others must not. */
    let context: BrowserContext | undefined;
    afterEach(() => context?.close());

    /** All that the page asks for until it is live. */
    async function openAndRecord() {
      const requests: { readonly url: string; readonly headers: Record<string, string> }[] = [];
      context = await fixture().browser.newContext({ locale: 'en' });
      const page = await context.newPage();
      page.on('request', (request) => requests.push({ url: request.url(), headers: request.headers() }));
      await page.goto(fixture().console.url);
      await page.getByText('live', { exact: true }).waitFor();
      return { page, requests };
    }

    /** Where a token could be kept, as text. */
    const kept = (page: Page) =>
      page.evaluate(async () =>
        JSON.stringify([
          location.href,
          document.documentElement.outerHTML,
          document.cookie,
          { ...localStorage },
          history.state,
          (await caches.keys()).length,
          (await navigator.serviceWorker.getRegistrations()).length,
        ]),
      );

    it('asks this console alone, tells it the token in one header, and keeps it for the tab alone', async () => {
      const { page, requests } = await openAndRecord();
      const { origin } = new URL(fixture().console.url);

      expect(requests.filter(({ url }) => !url.startsWith(`${origin}/`) && !url.startsWith('data:'))).toEqual(
        [],
      );
      expect(requests.filter(({ headers }) => (headers.referer ?? '') !== '')).toEqual([]);
      const telling = requests.filter(({ url, headers }) => JSON.stringify([url, headers]).includes(token()));
      expect(telling.length).toBeGreaterThan(1);
      for (const { url, headers } of telling) {
        expect(url).not.toContain(token());
        expect(new URL(url).pathname).toMatch(/^\/api\//);
        expect(headers.authorization).toBe(`Bearer ${token()}`);
      }
      expect(await kept(page)).not.toContain(token());
      expect(await page.context().cookies()).toEqual([]);
    });

    it('runs no script but its own, and is shown in no frame', async () => {
      const { page } = await openAndRecord();
      const thrown = await page.evaluate(async (url) => {
        const refused = new Set<string>();
        const all = Promise.withResolvers<void>();
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          refused.add(effectiveDirective);
          if (refused.has('connect-src') && refused.has('frame-src')) all.resolve();
        });
        const tries = {
          html: () => (document.body.innerHTML = '<img src=x onerror="document.title=1">'),
          url: () =>
            document.body.append(
              Object.assign(document.createElement('script'), { src: 'https://evil.example' }),
            ),
        };
        const thrown = Object.entries(tries).flatMap(([name, run]) => {
          try {
            run();
            return [];
          } catch {
            return [name];
          }
        });
        const frame = Object.assign(document.createElement('iframe'), { src: url });
        document.body.append(frame);
        await fetch('https://evil.example').catch(() => thrown.push('fetch'));
        await all.promise;
        return thrown;
      }, fixture().console.url);

      expect(thrown).toEqual(['html', 'url', 'fetch']);
    });

    it('shows what a device calls itself as the text that it is', async () => {
      const { clientConfig, tables } = fixture().stack;
      const client = new DynamoDBClient({ ...clientConfig });
      const device = aDevice({
        id: 'hostile-1',
        serialNumber: HOSTILE,
        name: HOSTILE,
        attributes: { [HOSTILE]: HOSTILE },
      });
      await client.send(new PutItemCommand({ TableName: tables.devices, Item: marshall(device) }));
      client.destroy();
      const page = await fixture().open('/devices/hostile-1');
      await page.getByText(HOSTILE).first().waitFor();

      expect(await page.title()).not.toBe('taken');
      expect(await page.locator('img').count()).toBe(0);
    });
  });
}
