import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Aedes } from 'aedes';

/** The one user of the embedded broker. */
const USER = 'seqr';
const PASSWORD_BYTES = 18;
/** A machine each, and this program. */
const CONNECTIONS_MAX = 4_096;

/** A running broker. `url` holds user and password, for programs that connect to it. */
export type Broker = { readonly url: string; close(): Promise<void> };

/**
 * Runs an MQTT 3.1.1 broker in this process, on loopback only. `port` 0 picks a free one; without a
 * password one is made up, which `url` tells.
 */
export async function embeddedBroker(port: number, password: string | null): Promise<Broker> {
  const secret = password ?? randomBytes(PASSWORD_BYTES).toString('base64url');
  const expected = Buffer.from(secret);
  const aedes = await Aedes.createBroker({
    // aedes drops a message as a duplicate when a later one has overtaken it on the way to the same
    // client, as happens to retained ones, which are stored first (moscajs/aedes#994). A turn of
    // the event loop for each keeps the order.
    authorizePublish: (_client, _packet, done) => setImmediate(done, null),
    authenticate: (_client, username, given, done) => {
      const right =
        username === USER && given?.length === expected.length && timingSafeEqual(given, expected);
      done(null, right);
    },
  });
  const sockets = new Set<Socket>();
  // Without noDelay, Nagle and delayed acknowledgements cost 40 ms a round trip.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `mqtt://${USER}:${encodeURIComponent(secret)}@127.0.0.1:${address.port}`,
    close: async () => {
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
