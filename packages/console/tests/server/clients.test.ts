import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { kindOf } from '@device-lifecycle/operator/explain.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { createClients } from '../../src/server/clients.ts';

describe('the clients', () => {
  it('give up a call that nobody answers, as after a change of the network', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const clientConfig = {
      maxAttempts: 1,
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    };
    const clients = createClients(
      { ...testStack, clientConfig },
      { connectionTimeout: 1_000, socketTimeout: 50 },
    );
    try {
      const abortSignal = AbortSignal.timeout(3_000);
      const call = clients.states.send(new ListExecutionsCommand({}), { abortSignal });
      const error = await call.catch((met: unknown) => met);
      expect(sockets.size).toBe(1);
      expect(kindOf(error)).toBe('unreachable');
    } finally {
      clients.close();
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });
});
