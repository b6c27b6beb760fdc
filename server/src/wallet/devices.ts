/**
 * The customer's devices: seen, added, let in by another one, removed. Repeating such a call does
 * no harm by itself (the same key is the same device, a device that is in stays in, one that is
 * gone is NOT_FOUND), so none of them takes an Idempotency-Key, whose answers would outlive a PIN.
 */

import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { DeviceBodyJson, DeviceJson, DeviceListJson } from '@seqr-ups/contract';
import { pinDigest } from '../core/customer.ts';
import { addDevice, approveDevice, listDevices, removeDevice } from '../core/device.ts';
import type { Device } from '../core/device.ts';
import { readPublicKey } from '../core/device-key.ts';
import { codeDigest } from '../core/one-time-code.ts';
import { checkSignedEnrolment } from '../core/proof.ts';
import type { CustomerRefusal } from '../core/refusal.ts';
import { invalidRequest, problem, refusalAnswer, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { DEVICE, DEVICE_APPROVAL_BODY, DEVICE_BODY } from './device-schemas.ts';
import { DEVICE_LIST, DEVICE_PARAMS, PROOF_BODY } from './device-schemas.ts';
import type { DeviceApprovalBody, DeviceParams, ProofBody } from './device-schemas.ts';
import { described } from './openapi.ts';
import { readProof } from './proof.ts';
import { UUID } from './schemas.ts';
import type { Session } from './session.ts';

/** Adds the routes. */
export function deviceRoutes(app: FastifyInstance, context: WalletContext): void {
  listRoute(app, context);
  additionRoute(app, context);
  approvalRoute(app, context);
  removalRoute(app, context);
}

function listRoute(app: FastifyInstance, context: WalletContext): void {
  app.get(
    '/devices',
    {
      onRequest: context.authenticate,
      schema: {
        ...described('Devices', 'Those of this customer, the waiting ones first.', [
          'UNAUTHORIZED',
        ]),
        response: { 200: DEVICE_LIST },
      },
    },
    (request) => deviceListJson(context, context.sessionOf(request)),
  );
}

function additionRoute(app: FastifyInstance, context: WalletContext): void {
  const { db, config, log } = context;
  app.post<{ Body: DeviceBodyJson }>(
    '/devices',
    {
      onRequest: context.authenticate,
      schema: {
        ...described(
          'Add a device',
          "ACTIVE at once by an operator's one-time code or, where signatures are optional and " +
            'the customer signed in within the last ten minutes, as the first device that they ' +
            'ever had. Otherwise PENDING for ten minutes, until an ACTIVE one lets it in. The ' +
            'same key again answers the same device.',
          ['UNAUTHORIZED', 'INVALID_REQUEST', 'WRONG_CODE', 'RATE_LIMITED'],
        ),
        body: DEVICE_BODY,
        response: { 201: DEVICE },
      },
    },
    async (request, reply) => {
      const session = context.sessionOf(request);
      const { customerId, tokenDigest } = session;
      const { name, code } = request.body;
      const publicKey = readPublicKey(request.body.publicKey);
      if (publicKey === null) {
        return sendAnswer(reply, invalidRequest('publicKey must be the SPKI of a P-256 key.'));
      }
      const added = await db.statement((tx) =>
        addDevice(tx, {
          customerId,
          tokenDigest,
          deviceId: randomUUID(),
          name: name.trim(),
          publicKey,
          codeDigest: code === undefined ? null : codeDigest(config.pinKey, customerId, code),
          pinSuffices: config.deviceSignature === 'OPTIONAL',
        }),
      );
      if (!added.ok) {
        log.info({ customerId, code: added.refusal.code }, 'device not added');
        return sendAnswer(reply, refusalAnswer(added.refusal));
      }
      const { deviceId } = added.value;
      return sendDevice(context, reply.code(201), session, { deviceId, event: 'device added' });
    },
  );
}

function approvalRoute(app: FastifyInstance, context: WalletContext): void {
  const { db, config } = context;
  app.post<{ Params: DeviceParams; Body: DeviceApprovalBody }>(
    '/devices/:id/approval',
    {
      onRequest: context.authenticate,
      schema: {
        ...described(
          'Let a device in',
          'By the PIN and the signature of an ACTIVE device over `SEQR device`, the id of the ' +
            'waiting one and its `keyDigest`, one a line. A refused signature spends no attempt.',
          [
            ...(['UNAUTHORIZED', 'INVALID_REQUEST', 'NOT_FOUND'] as const),
            ...(['DEVICE_REFUSED', 'WRONG_PIN', 'PIN_LOCKED'] as const),
          ],
        ),
        params: DEVICE_PARAMS,
        body: DEVICE_APPROVAL_BODY,
        response: { 200: DEVICE },
      },
    },
    async (request, reply) => {
      const session = context.sessionOf(request);
      const { customerId } = session;
      const { pin, device } = request.body;
      const id = request.params.id.toLowerCase();
      if (!UUID.test(id)) return sendAnswer(reply, problem('NOT_FOUND'));
      const signed = { customerId, device, newDeviceId: id };
      const checked = await db.statement((tx) => checkSignedEnrolment(tx, signed));
      if (!checked.ok) return refuse(context, reply, id, checked.refusal);
      const digest = pinDigest(config.pinKey, customerId, pin);
      const proof = { pinDigest: digest, deviceId: device.id };
      const approved = await db.statement((tx) =>
        approveDevice(tx, { customerId, deviceId: id, proof }),
      );
      if (!approved.ok) return refuse(context, reply, id, approved.refusal);
      return sendDevice(context, reply, session, { deviceId: id, event: 'device let in' });
    },
  );
}

function removalRoute(app: FastifyInstance, context: WalletContext): void {
  const { db, log, streams } = context;
  app.post<{ Params: DeviceParams; Body: ProofBody }>(
    '/devices/:id/removal',
    {
      onRequest: context.authenticate,
      schema: {
        ...described(
          'Remove a device',
          'Ends its sessions; a waiting one is refused. The signature is over `SEQR act`, ' +
            "`REMOVE_DEVICE`, the device's id and `signedAt`, one a line.",
          [
            ...(['UNAUTHORIZED', 'INVALID_REQUEST', 'NOT_FOUND', 'DEVICE_REQUIRED'] as const),
            ...(['DEVICE_REFUSED', 'WRONG_PIN', 'PIN_LOCKED'] as const),
          ],
        ),
        params: DEVICE_PARAMS,
        body: PROOF_BODY,
        response: { 204: { type: 'null', description: 'Removed.' } },
      },
    },
    async (request, reply) => {
      const { customerId } = context.sessionOf(request);
      const id = request.params.id.toLowerCase();
      if (!UUID.test(id)) return sendAnswer(reply, problem('NOT_FOUND'));
      const act = { act: 'REMOVE_DEVICE', argument: id } as const;
      const proof = await readProof(context, customerId, request.body, act);
      if (!proof.ok) return sendAnswer(reply, proof.refusal);
      const removed = await db.statement((tx) =>
        removeDevice(tx, { customerId, deviceId: id, proof: proof.value }),
      );
      if (!removed.ok) return refuse(context, reply, id, removed.refusal);
      for (const tokenDigest of removed.value.endedSessions) streams.endSession(tokenDigest);
      log.info({ customerId, deviceId: id }, 'device removed');
      return reply.code(204).send();
    },
  );
}

/** Refuses to change the device `deviceId`. */
function refuse(
  { log, events }: WalletContext,
  reply: FastifyReply,
  deviceId: string,
  refusal: CustomerRefusal,
): FastifyReply {
  // The last wrong PIN cancels an offer.
  events.poke();
  log.info({ deviceId, code: refusal.code }, 'device not changed');
  return sendAnswer(reply, refusalAnswer(refusal));
}

const devicesOf = ({ db }: WalletContext, { customerId, tokenDigest }: Session) =>
  db.statement((tx) => listDevices(tx, { customerId, tokenDigest }));

async function deviceListJson(context: WalletContext, session: Session): Promise<DeviceListJson> {
  const devices = await devicesOf(context, session);
  return { items: devices.map(deviceJson) };
}

/** Answers with a device as it now is; it may have been removed since. */
async function sendDevice(
  context: WalletContext,
  reply: FastifyReply,
  session: Session,
  { deviceId, event }: { readonly deviceId: string; readonly event: string },
): Promise<FastifyReply> {
  const devices = await devicesOf(context, session);
  const device = devices.find(({ id }) => id === deviceId);
  if (device === undefined) return sendAnswer(reply, problem('NOT_FOUND'));
  const { customerId } = session;
  context.log.info({ customerId, deviceId, state: device.state }, event);
  return reply.send(deviceJson(device));
}

const deviceJson = (device: Device): DeviceJson => ({
  id: device.id,
  name: device.name,
  state: device.state,
  check: device.check,
  keyDigest: device.keyDigest,
  createdAt: device.createdAt.toISOString(),
  lastUsedAt: device.lastUsedAt?.toISOString() ?? null,
  expiresAt: device.expiresAt?.toISOString() ?? null,
  current: device.current,
});
