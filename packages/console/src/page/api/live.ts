import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LiveMessage } from '../../contract/live.ts';
import type { Problem } from '../../contract/problem.ts';
import { request } from './client.ts';
import { partsOf } from './parts-of.ts';
import { problemOf } from './use-resource.ts';

type Lifecycle = Extract<LiveMessage, { type: 'lifecycle' }>;

const RETRY_MS = 2_000;
const listeners = new Set<(message: Lifecycle) => void>();

/** Whether what happens is heard of: `undefined` until it is known. */
export const liveState = signal<'live' | Problem | undefined>(undefined);

/** Hears of the steps of devices' lives while the component is there and the tab is looked at. */
export function useLifecycle(hear: (message: Lifecycle) => void): void {
  useEffect(() => {
    listeners.add(hear);
    return () => {
      listeners.delete(hear);
    };
  }, [hear]);
}

/**
 * Listens while the tab is visible: browsers open six connections to a server at most, for all tabs together.
 */
export function startLive(): void {
  let controller: AbortController | undefined;
  const follow = () => {
    controller?.abort();
    controller = undefined;
    if (document.visibilityState === 'hidden') return;
    controller = new AbortController();
    void listen(controller.signal);
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}

async function listen(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const problem = await hearAll(signal).then(() => undefined, problemOf);
    if (signal.aborted) return;
    liveState.value = problem;
    if (problem?.kind === 'token') return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function hearAll(signal: AbortSignal): Promise<void> {
  for await (const message of messagesOf(await request('/live', { signal }))) take(message);
}

function take(message: LiveMessage): void {
  if (message.type === 'problem') liveState.value = message.problem;
  else liveState.value = 'live';
  if (message.type === 'lifecycle') for (const hear of listeners) hear(message);
}

/** Server-sent events, which EventSource reads without an Authorization header. */
async function* messagesOf(response: Response): AsyncGenerator<LiveMessage> {
  for await (const block of partsOf(response, '\n\n')) {
    const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: ?(.*)/, 2)));
    if (fields.event !== undefined) yield { type: fields.event, ...JSON.parse(fields.data) };
  }
}
