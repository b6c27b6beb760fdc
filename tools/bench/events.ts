/** Listens to Server-Sent Events as a wallet or a panel in a browser does. */

import type { Dispatcher } from 'undici';

/** A stream that sends more without a blank line is not one of ours. */
const EVENT_CHARS_MAX = 256 * 1024;

/**
 * Opens a stream and hands the text of each event (JSON) to `onEvent`, while the connection lives.
 * Resolves when the server has accepted it; `onEnd` is called if it ends later.
 */
export async function listen(
  dispatcher: Dispatcher,
  url: string,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly onEvent: (json: string) => void;
    readonly onEnd: (reason: string) => void;
  },
): Promise<void> {
  const { origin, pathname } = new URL(url);
  const { statusCode, body } = await dispatcher.request({
    origin,
    path: pathname,
    method: 'GET',
    headers: { accept: 'text/event-stream', ...options.headers },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  if (statusCode !== 200) throw new Error(`${pathname} answered ${statusCode}`);
  let rest = '';
  body.setEncoding('utf8');
  body.on('data', (text: string) => {
    rest += text;
    if (rest.length > EVENT_CHARS_MAX) return body.destroy(new Error('an event without an end'));
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const data = dataOf(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (data !== null) options.onEvent(data);
    }
    return undefined;
  });
  body.on('error', (error: Error) => options.onEnd(`${pathname}: ${error.message}`));
  body.on('end', () => options.onEnd(`${pathname} ended`));
}

/** The `data` of one event; null for comments. Ours have one line of it. */
function dataOf(event: string): string | null {
  const at = event.startsWith('data: ') ? 0 : event.indexOf('\ndata: ') + 1;
  if (at === 0 && !event.startsWith('data: ')) return null;
  const end = event.indexOf('\n', at);
  return event.slice(at + 'data: '.length, end < 0 ? undefined : end);
}
