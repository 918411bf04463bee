import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';

/** Where invocations wait for each other, and for the test: they run in threads of its process. */
export interface Door {
  /** The channel on which an invocation says `here`, and waits for `open`. */
  readonly name: string;
  /** Resolves when so many have come. */
  arrived(count: number): Promise<void>;
  /** Lets those go that have come. */
  open(): void;
}

/** A door that is closed at first. */
export function closedDoor(): Door {
  const name = randomUUID();
  const channel = new BroadcastChannel(name).unref();
  let arrivals = 0;
  let onArrival = (): void => undefined;
  channel.onmessage = () => {
    arrivals += 1;
    onArrival();
  };
  return {
    name,
    arrived: (count) =>
      new Promise((resolve) => {
        onArrival = () => {
          if (arrivals >= count) resolve();
        };
        onArrival();
      }),
    open() {
      channel.postMessage('open');
      channel.close();
    },
  };
}
