/**
 * Servers that speak whatever bytes a test wants, for hostile peers that no HTTP library would
 * play.
 */

import { once } from 'node:events';
import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';

/**
 * A running server. `requests` are the requests read so far, head and body; `connections` counts
 * accepted sockets.
 */
export type RawServer = {
  readonly origin: string;
  readonly requests: string[];
  readonly connections: () => number;
  close(): Promise<void>;
};

/**
 * Starts a server on a free port of 127.0.0.1 that calls `answer` once for each whole request
 * (`Content-Length` bodies). With a certificate it speaks TLS.
 */
export async function rawServer(
  answer: (socket: Socket, request: string) => void,
  certificate?: { readonly cert: string; readonly key: string },
): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const accept = (socket: Socket) => {
    connections += 1;
    socket.on('error', () => {});
    readRequests(socket, (request) => {
      requests.push(request);
      answer(socket, request);
    });
  };
  const server: Server = certificate ? createTls(certificate, accept) : createPlain(accept);
  server.on('tlsClientError', () => {});
  // Also those that are still about to prove who they are.
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function readRequests(socket: Socket, onRequest: (request: string) => void): void {
  let received = '';
  socket.setEncoding('latin1').on('data', (data: string) => {
    received += data;
    for (;;) {
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, headEnd))?.[1] ?? 0);
      const end = headEnd + 4 + length;
      if (received.length < end) return;
      onRequest(received.slice(0, end));
      received = received.slice(end);
    }
  });
}
