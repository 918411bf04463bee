import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { LiveMessage } from '../../contract/live.ts';
import type { ConsoleTools } from '../tools.ts';

/** So that a page whose console has died learns of it. */
const ALIVE_MS = 15_000;
/** Messages that a page has not taken yet, as of a tab that is frozen. It is to begin anew, and memory stays bounded. */
const MAX_WAITING = 50;

/** `GET /live`: what happens, as server-sent events, until the page goes or the console ends. */
export function liveRoutes({ feed, clock, signal }: ConsoleTools): Hono {
  return new Hono().get('/', (context) =>
    streamSSE(context, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const ended = AbortSignal.any([gone.signal, signal]);
      let waiting = 0;
      const send = ({ type, ...data }: LiveMessage) => {
        if (waiting === MAX_WAITING) return gone.abort();
        waiting += 1;
        void stream.writeSSE({ event: type, data: JSON.stringify(data) }).finally(() => {
          waiting -= 1;
        });
      };
      feed.listen(send, ended);
      while (!ended.aborted) {
        await clock.sleep(ALIVE_MS, ended);
        if (!ended.aborted) await stream.write(': alive\n\n');
      }
    }),
  );
}
