import { once } from 'node:events';
import type { Server } from 'node:net';

/** The port for devices is taken. */
export class PortInUseError extends Error {
  constructor(port: number, options?: ErrorOptions) {
    super(
      `Port ${port} is in use; end what listens on it, or choose another with --mqtt-port (0 for any free one).`,
      options,
    );
    this.name = 'PortInUseError';
  }
}

/** Starts listening. Throws {@link PortInUseError}, or the system's error for any other reason. */
export async function listen(server: Server, address: { port: number; host: string }): Promise<void> {
  server.listen(address);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new PortInUseError(address.port, { cause: error });
    }
    throw error;
  }
}
