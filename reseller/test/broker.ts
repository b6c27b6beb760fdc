import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Aedes } from 'aedes';

/** A real broker in this process, without passwords. */
export async function testBroker(port = 0): Promise<{ url: string; stop(): Promise<void> }> {
  const aedes = await Aedes.createBroker({
    // See demo/broker.ts: keeps messages of one sender in order.
    authorizePublish: (_client, _packet, done) => setImmediate(done, null),
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `mqtt://127.0.0.1:${taken}`,
    stop: async () => {
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
