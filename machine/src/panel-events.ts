/** The live view of one machine: Server-Sent Events, each the machine's whole panel JSON. */

import type { ServerResponse } from 'node:http';
import type { MachineLanguage } from '@seqr-ups/contract';

/** How many live views one machine serves at once. */
export const VIEWS_MAX = 32;
/** Pause between signs of life, in ms. */
const HEARTBEAT_MS = 15_000;
/** A view that leaves more than this unread, in bytes, is cut off; it may connect again. */
const UNREAD_BYTES_MAX = 64 * 1024;
/** How long a browser waits before it connects again, in ms. */
const RETRY_MS = 1000;

/** Open live views, by machine, each with the language of its display. */
export class LiveViews {
  readonly #views = new Map<string, Map<ServerResponse, MachineLanguage>>();

  /** Whether one more view of that machine is possible. */
  hasRoom(token: string): boolean {
    return (this.#views.get(token)?.size ?? 0) < VIEWS_MAX;
  }

  /** Starts a view with the present JSON in that language; it ends with its connection. */
  open(token: string, response: ServerResponse, language: MachineLanguage, json: string): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    const views = this.#views.get(token) ?? new Map<ServerResponse, MachineLanguage>();
    this.#views.set(token, views.set(response, language));
    const heartbeat = setInterval(() => write(response, ':\n\n'), HEARTBEAT_MS);
    response.on('close', () => {
      clearInterval(heartbeat);
      views.delete(response);
    });
    write(response, frame(json));
  }

  /** The machine looks different now. `json` is asked for once a language that is looked at. */
  show(token: string, json: (language: MachineLanguage) => string): void {
    const events = new Map<MachineLanguage, string>();
    for (const [response, language] of this.#views.get(token) ?? []) {
      const event = events.get(language) ?? frame(json(language));
      events.set(language, event);
      write(response, event);
    }
  }

  /** Ends all views. */
  close(): void {
    for (const views of this.#views.values()) for (const view of views.keys()) view.end();
  }
}

function frame(json: string): string {
  return `event: machine\ndata: ${json}\n\n`;
}

function write(response: ServerResponse, text: string): void {
  if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
  else response.write(text);
}
