import { once } from 'node:events';
import type { Server } from 'node:net';

/** A port that clients are told of is taken. The message says which option chooses another. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
}

/** Where to listen, and the option of the command line that chooses the port. */
interface ListenAddress {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly option: '--port' | '--mqtt-port';
}

/** Starts listening. Throws {@link PortInUseError}, or the system's error for any other reason. */
export async function listen(server: Server, { host, port, option }: ListenAddress): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    if (Object(cause).code !== 'EADDRINUSE') throw cause;
    throw new PortInUseError(
      `Port ${port} is in use: stop what listens there, or choose another one with ${option} (0 for any free one).`,
      { cause },
    );
  }
}

/**
 * Node's HTTP. What `import`s it loads the whole of `fetch`, as that is where Node has its `WebSocket` from: 20 ms and
 * 6 MB of every start.
 */
export const { Agent, createServer, get, request, ServerResponse } = process.getBuiltinModule('node:http');
