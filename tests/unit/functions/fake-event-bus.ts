import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** An entry that the bus has taken, as a consumer would get it. */
export interface TakenEvent {
  readonly 'detail-type': string;
  readonly source: string;
  readonly detail: Readonly<Record<string, unknown>> & { readonly id: string; readonly deviceId: string };
}

/** Why an entry, or with `undefined` in its place a whole call, is not taken: an error code of AWS. */
export type Refusal = (event: TakenEvent | undefined) => string | undefined;

export interface FakeEventBus {
  readonly url: string;
  /** What was taken since the last `take`, in its order. */
  take(): readonly TakenEvent[];
  /** Decides from here on; nothing is refused at first. */
  refuse(refusal: Refusal): void;
  stop(): Promise<void>;
}

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

const toEvent = ({ Source, DetailType, Detail }: Entry): TakenEvent => ({
  'detail-type': DetailType,
  source: Source,
  detail: JSON.parse(Detail),
});

/** EventBridge as far as `PutEvents` goes, with faults that its own tests cannot have. */
export async function startFakeEventBus(): Promise<FakeEventBus> {
  let taken: TakenEvent[] = [];
  let refusal: Refusal = () => undefined;

  function put(entry: Entry): object {
    const event = toEvent(entry);
    const ErrorCode = refusal(event);
    if (ErrorCode !== undefined) return { ErrorCode, ErrorMessage: 'as the test wants it' };
    taken.push(event);
    return { EventId: crypto.randomUUID() };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { Entries } = Object(await json(request)) as { Entries: Entry[] };
    const code = refusal(undefined);
    const results = code === undefined ? Entries.map(put) : [];
    const body = code === undefined ? { Entries: results, FailedEntryCount: 0 } : { __type: code };
    response.writeHead(code === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const events = taken;
      taken = [];
      return events;
    },
    refuse(decide) {
      refusal = decide;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
