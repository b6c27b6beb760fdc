/** A network that tests can cut: what connects to it reaches another address, until it is cut. */

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One address that leads to another one. */
export type Wire = {
  readonly url: string;
  /** Nothing gets through any more, and what was connected is torn off. */
  cut(): Promise<void>;
  /** Everything gets through again, to the same place or to another port. */
  mend(port?: number): Promise<void>;
};

/** Lays a wire to a port of 127.0.0.1. */
export async function layWire(port: number): Promise<Wire> {
  let target = port;
  const open = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  const listen = (at: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(at, '127.0.0.1', () => resolve());
    });
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${own}`,
    async cut() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of open) socket.destroy();
      await closed;
    },
    async mend(port = target) {
      target = port;
      await listen(own);
    },
  };
}
