/**
 * One kept-alive HTTP connection that costs the load process next to nothing: what it spends, the
 * server beside it on the same processors cannot have. It understands answers with a
 * Content-Length and chunked ones whose end arrives with their last chunk.
 */

import { connect } from 'node:net';

/** Longest wait for one answer. */
const ANSWER_MS_MAX = 30_000;
const CHUNKS_END = '\r\n0\r\n\r\n';

/** An answer: its status, and its body with the marks of chunks still in it, as Latin-1. */
export type HttpAnswer = { readonly status: number; readonly body: string };

/** One request at a time. */
export type Connection = {
  /** Sends a request that `httpRequest` made; rejects when there is no answer. */
  send(request: Buffer): Promise<HttpAnswer>;
  close(): void;
};

/** Connects to `host:port` of `origin`. */
export async function openConnection(origin: string): Promise<Connection> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error('no answer in time')));
  let received = '';
  let settle: ((answer: HttpAnswer) => void) | null = null;
  let fail: ((error: Error) => void) | null = null;
  let fault: Error | null = null;
  const onFault = (error: Error): void => {
    fault ??= error;
    fail?.(fault);
  };
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
    const answer = wholeAnswer(received);
    if (answer === null) return;
    received = '';
    settle?.(answer);
  });
  socket.on('error', onFault);
  socket.on('close', () => onFault(new Error('the connection was closed')));
  await new Promise<void>((connected, refused) => {
    fail = refused;
    socket.once('connect', connected);
  });
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        if (fault !== null) return reject(fault);
        settle = resolve;
        fail = reject;
        socket.write(request);
      }),
    close: () => {
      fail = null;
      socket.destroy();
    },
  };
}

/** Null while more is to come. Throws on what is no HTTP answer. */
function wholeAnswer(text: string): HttpAnswer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = text.slice(0, end + 2);
  const body = text.slice(end + 4);
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
  if (length === undefined ? !body.endsWith(CHUNKS_END) : body.length < Number(length)) return null;
  return { status: Number(head.slice(9, 12)), body };
}

/** A POST of a SOAP envelope, head and body in one. */
export function httpRequest(path: string, envelope: string | Buffer): Buffer {
  const body = Buffer.from(envelope);
  const head =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml; charset=utf-8\r\n` +
    `SOAPAction: ""\r\nContent-Length: ${body.byteLength}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
