/**
 * Stands between a reseller and its platform on the merchant SOAP API and loses what a test says:
 * a call before it arrives, or the answer to one that was carried out.
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readRequest } from '@seqr-ups/contract';
import type { OperationName } from '@seqr-ups/contract';

/** Kept back until {@link SoapProxy.letGo}, which cuts it, or cut at once. */
export type Loss = 'HOLD_CALL' | 'HOLD_ANSWER' | 'CUT_CALL' | 'CUT_ANSWER';

/** What happens to the calls of one operation about one invoice. */
export type Rule = {
  readonly operation: OperationName;
  /** The invoice's reference, or the title where it has none yet; every invoice unless told. */
  readonly about?: string;
  readonly loss: Loss;
  /** How many calls meet it; every one unless told. */
  readonly times?: number;
};

/** A rule in force. `met` counts the calls that it has caught, at the point where they are lost. */
export type ArmedRule = { readonly met: () => number };

/** A running proxy. */
export type SoapProxy = {
  readonly url: string;
  /** Where the platform is; until this was called every connection is closed. */
  connect(platform: string): void;
  arm(rule: Rule): ArmedRule;
  /** Ends every rule and closes the connections of all that is held. */
  letGo(): void;
  stop(): Promise<void>;
};

type Armed = Rule & { left: number; caught: number };

/** Starts a proxy on a free port. */
export async function startSoapProxy(): Promise<SoapProxy> {
  let platform: string | null = null;
  let rules: Armed[] = [];
  const held = new Set<Socket>();

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const type = incoming.headers['content-type'];
    const rule = ruleFor(rules, body, type);
    const lose = (armed: Armed): void => {
      armed.caught += 1;
      if (armed.loss.startsWith('HOLD')) held.add(incoming.socket);
      else incoming.socket.destroy();
    };
    if (rule?.loss.endsWith('CALL') === true) return lose(rule);
    if (platform === null) return void incoming.socket.destroy();
    const answered = await fetch(platform + (incoming.url ?? '/'), {
      method: 'POST',
      headers: { 'content-type': type ?? '', soapaction: '""' },
      body,
    });
    const bytes = Buffer.from(await answered.arrayBuffer());
    if (rule !== null) return lose(rule);
    outgoing.writeHead(answered.status, {
      'content-type': answered.headers.get('content-type') ?? '',
      'content-length': bytes.byteLength,
    });
    outgoing.end(bytes);
  };

  const server = createServer((incoming, outgoing) => {
    // A platform that is down, or dies under the call, looks as it would without the proxy.
    answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connect: (to) => {
      platform = to;
    },
    arm: (rule) => {
      const armed = { ...rule, left: rule.times ?? Number.POSITIVE_INFINITY, caught: 0 };
      rules.push(armed);
      return { met: () => armed.caught };
    },
    letGo: () => {
      rules = [];
      for (const socket of held) socket.destroy();
      held.clear();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function ruleFor(
  rules: readonly Armed[],
  body: Buffer,
  contentType: string | undefined,
): Armed | null {
  const call = readRequest(body, contentType);
  if (call.kind === 'FAULT') return null;
  const { operation, request } = call;
  const reference = 'invoiceReference' in request ? request.invoiceReference : undefined;
  const title = operation === 'sendInvoice' ? request.invoice?.title : undefined;
  const rule = rules.find(
    ({ left, about, operation: lost }) =>
      left > 0 && lost === operation && (about ?? reference ?? title) === (reference ?? title),
  );
  if (rule === undefined) return null;
  rule.left -= 1;
  return rule;
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
