/** `GET /installation`: what a wallet has to know before anybody signs in. */

import type { FastifyInstance } from 'fastify';
import type { InstallationJson } from '@seqr-ups/contract';
import { isSandbox } from '../core/installation.ts';
import type { WalletContext } from './context.ts';
import { INSTALLATION } from './device-schemas.ts';
import { described } from './openapi.ts';

/** Adds the route. */
export function installationRoute(app: FastifyInstance, { db, config }: WalletContext): void {
  // Chosen when the database was made, for ever.
  let sandbox: boolean | undefined;
  app.get(
    '/installation',
    {
      schema: {
        ...described('Installation', 'What a wallet has to know before anybody signs in.', []),
        security: [],
        response: { 200: INSTALLATION },
      },
    },
    async (): Promise<InstallationJson> => {
      sandbox ??= await db.statement(isSandbox);
      return {
        sandbox,
        deviceSignature: config.deviceSignature,
        codeKeys: config.codeKeys.published,
        pushKey: config.pushKey.publicKey,
      };
    },
  );
}
