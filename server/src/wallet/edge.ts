/**
 * The wallet edge: the customer's JSON API under `/wallet/v1`, and the wallet itself, a web app, at
 * the root and behind the codes. Parses once, calls the core, and maps its values exhaustively.
 */

import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { cardRoutes } from './cards.ts';
import { caseRoutes } from './cases.ts';
import { codeRoutes } from './codes.ts';
import type { WalletContext, WalletOptions } from './context.ts';
import { answerFaults, readJsonBodies, watchPaths } from './faults.ts';
import { historyRoutes } from './history.ts';
import { deviceRoutes } from './devices.ts';
import { installationRoute } from './installation.ts';
import { limitRoutes } from './limits.ts';
import { documentRoutes } from './openapi.ts';
import { pinRoute, unlockingRoute } from './pin.ts';
import { walletPages } from './pages.ts';
import { pushRoutes } from './push.ts';
import { purchaseRoutes } from './purchases.ts';
import { receiptRoutes } from './receipts.ts';
import { authentication, sessionRoutes } from './session.ts';
import { createEventStreams } from './stream.ts';
import { createSignInThrottle } from './throttle.ts';
import { topUpRoutes } from './top-ups.ts';

export type { WalletOptions } from './context.ts';

/** Where the build puts the wallet (`web/`). */
const WEB_ROOT = fileURLToPath(new URL('../../../web/dist/wallet', import.meta.url));
const newThrottle = () => createSignInThrottle(() => performance.now());

/** Adds the wallet to a Fastify server. */
export async function walletEdge(app: FastifyInstance, options: WalletOptions): Promise<void> {
  const stop = new AbortController();
  const streams = createEventStreams(options);
  // Before Fastify waits for requests under way: an event stream would never end by itself.
  app.addHook('preClose', async () => {
    stop.abort();
    streams.endAll();
  });
  await app.register(walletPages, {
    webRoot: options.webRoot ?? WEB_ROOT,
    log: options.log,
  });
  await app.register(
    async (api) => {
      const context: WalletContext = {
        ...options,
        ...authentication(api, options),
        streams,
        stopping: stop.signal,
      };
      // Apart, so that guesses at a sign-in keep nobody from unlocking.
      const [signIns, unlockings] = [newThrottle(), newThrottle()];
      const answerOtherPaths = watchPaths(api);
      readJsonBodies(api);
      answerFaults(api, options.log);
      api.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
      });
      await documentRoutes(api);
      codeRoutes(api, context);
      installationRoute(api, context);
      sessionRoutes(api, context, signIns);
      unlockingRoute(api, context, unlockings);
      pinRoute(api, context);
      deviceRoutes(api, context);
      purchaseRoutes(api, context);
      historyRoutes(api, context);
      topUpRoutes(api, context);
      limitRoutes(api, context);
      receiptRoutes(api, context);
      cardRoutes(api, context);
      caseRoutes(api, context);
      pushRoutes(api, context);
      answerOtherPaths();
    },
    { prefix: '/wallet/v1' },
  );
}
