import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** Where invocations wait for each other, and for the test: they run in processes of their own. */
export interface Door {
  /** The port that an invocation connects to, and waits at until the connection ends. */
  readonly port: number;
  /** Resolves when so many have come. */
  arrived(count: number): Promise<void>;
  /** Lets those go that have come, and nobody else in. */
  open(): void;
}

/** A door that is closed at first. */
export async function closedDoor(): Promise<Door> {
  const waiting: Socket[] = [];
  let onArrival = (): void => undefined;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    waiting.push(socket);
    onArrival();
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return {
    port: Object(server.address()).port,
    arrived: (count) =>
      new Promise((resolve) => {
        onArrival = () => {
          if (waiting.length >= count) resolve();
        };
        onArrival();
      }),
    open() {
      for (const socket of waiting) socket.end();
      server.close();
    },
  };
}
