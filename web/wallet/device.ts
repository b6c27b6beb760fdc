/**
 * This device as the customer's account knows it: whether it may pay, and what it signs. The server
 * lets it in at once, or another device of the customer does, or a code of the operator's; until
 * then it looks, but does not pay where signatures are required.
 */

import {
  actText,
  approvalText,
  type DeviceJson,
  type DeviceSignatureJson,
  enrolmentText,
  type PurchaseJson,
  type SessionJson,
  type SignedAct,
} from '@seqr-ups/contract';
import { computed, effect, signal, untracked } from '@preact/signals';
import { serverNow } from '../design/server-clock.ts';
import { type Answer, reachable } from './api.ts';
import {
  canKeepKeys,
  type DeviceKey,
  forgetKey,
  noteEnrolment,
  readKey,
  readOrMakeKey,
  signText,
} from './device-key.ts';
import { deviceName } from './device-name.ts';
import { installation, learnInstallation } from './installation.ts';
import { addDevice, fetchDevices } from './security-api.ts';
import { bindSession, session } from './session.ts';

/**
 * What this device is to whoever is signed in. UNKNOWN until looked up; UNABLE where the browser
 * keeps no key; ASKING until the server has answered; ABSENT when it has not asked, or nobody let
 * it in.
 */
export type OwnDevice =
  | { readonly state: 'UNKNOWN' | 'UNABLE' | 'ASKING' | 'ABSENT' }
  | { readonly state: 'PENDING'; readonly device: DeviceJson }
  | { readonly state: 'ACTIVE'; readonly id: string };

/** This device. */
export const ownDevice = signal<OwnDevice>({ state: 'UNKNOWN' });

/** True once this device was let in and is so no longer, for the words of being let in again. */
export const wasLetIn = signal(false);

/** Why this device could not ask to be let in; null when it could. */
export const askFailure = signal<Exclude<Answer<DeviceJson>, { readonly kind: 'OK' }> | null>(null);

/** The devices of the customer as last heard; null until then. */
export const devices = signal<readonly DeviceJson[] | null>(null);

/** Those of them that wait to be let in, without this one. */
export const waiting = computed<readonly DeviceJson[]>(() => {
  const own = ownDevice.value;
  const ownId = own.state === 'PENDING' ? own.device.id : null;
  return (devices.value ?? []).filter(({ state, id }) => state === 'PENDING' && id !== ownId);
});

/** True while this device cannot pay here and must be let in first. */
export const mustBeLetIn = computed(
  () =>
    installation.value?.deviceSignature === 'REQUIRED' &&
    session.value !== null &&
    ['UNABLE', 'ASKING', 'ABSENT', 'PENDING'].includes(ownDevice.value.state),
);

/** Set when the customer wants to look around first. */
export const putOff = signal(false);

/** True once it was found out how this device stands, or that it cannot be found out now. */
const lookedUp = signal(false);

/**
 * Whether a purchase is to be opened now. The machine is not asked to wait for a phone that must be
 * let in first.
 */
export const mayOpen = computed(
  () =>
    installation.value?.deviceSignature === 'OPTIONAL' ||
    (lookedUp.value && (!mustBeLetIn.value || putOff.value)),
);

/** The key behind `ownDevice`. */
let ownKey: DeviceKey | null = null;
/** Settles once the key was looked up; an approval waits for it. */
let looking: Promise<void> = Promise.resolve();

/** Look this device up whenever somebody signs in, and again when the network is back. */
export function startDevice(): void {
  void learnInstallation();
  effect(() => {
    const msisdn = session.value?.customer.msisdn;
    const heard = reachable.value;
    untracked(() => {
      if (msisdn === undefined) forgetOwn();
      else if (ownKey?.msisdn !== msisdn || (heard && ownDevice.peek().state === 'UNKNOWN')) {
        looking = settle(msisdn);
      }
    });
  });
}

/** The signature of an approval, or null where this device is not let in. */
export async function signApproval(purchase: PurchaseJson): Promise<DeviceSignatureJson | null> {
  await looking;
  const { id, version, merchant, machine, maximum } = purchase;
  if (maximum === null) return null;
  return signed(ownKey, () =>
    approvalText({
      purchaseId: id,
      version,
      merchantId: merchant.id,
      machineToken: machine?.token ?? null,
      maximum,
    }),
  );
}

/** The signature by which this device lets another one in. */
export function signEnrolment({ id, keyDigest }: DeviceJson): Promise<DeviceSignatureJson | null> {
  return signed(ownKey, () => enrolmentText(id, keyDigest));
}

/** The signature of another act of the signed-in customer; null where this device is not let in. */
export async function signAct(
  act: SignedAct,
  argument: string,
): Promise<DeviceSignatureJson | null> {
  await looking;
  return signedNow(ownKey, act, argument);
}

/** The signature of a sign-in, or null where this browser has no key of that customer's. */
export async function signSignIn(msisdn: string): Promise<DeviceSignatureJson | null> {
  const key = await readKey(msisdn).catch(() => null);
  // The moment is told by the server's clock, which the first answer teaches.
  if (key !== null) await learnInstallation();
  return signedNow(key, 'SIGN_IN', msisdn);
}

/** Ask to be let in by another device. */
export async function askToBeLetIn(): Promise<void> {
  askFailure.value = null;
  ownDevice.value = { state: 'ASKING' };
  const answer = await enrol();
  if (answer.kind === 'OK') return;
  askFailure.value = answer;
  if (ownDevice.peek().state === 'ASKING') ownDevice.value = { state: 'ABSENT' };
}

/** Add this device; with an operator's code it is let in at once. */
export async function enrol(code?: string): Promise<Answer<DeviceJson>> {
  const msisdn = session.peek()?.customer.msisdn ?? '';
  let key: DeviceKey;
  try {
    key = await readOrMakeKey(msisdn);
  } catch {
    ownDevice.value = { state: 'UNABLE' };
    return { kind: 'LOST' };
  }
  ownKey = key;
  const { publicKey } = key;
  const answer = await addDevice({
    name: deviceName(),
    publicKey,
    ...(code !== undefined && { code }),
  });
  if (answer.kind === 'OK') await become(answer.value);
  return answer;
}

/**
 * Hear how the customer's devices stand, and take in what became of this one. The list, or null
 * when the network is gone.
 */
export async function refreshDevices(): Promise<readonly DeviceJson[] | null> {
  const asked = ownKey?.enrolment;
  const answer = await fetchDevices();
  if (answer.kind !== 'OK') return null;
  const { items } = answer.value;
  // What was asked before this device was added, or let in, knows nothing of it.
  if (ownKey?.enrolment !== asked) return items;
  const id = asked?.id;
  const own = items.find((device) => device.id === id);
  if (own !== undefined) await become(own);
  else if (id !== undefined) await lose();
  devices.value = items;
  return items;
}

/**
 * After an approval was refused for want of a device: find out how this one stands, and ask to be
 * let in where that is needed. A key whose signature did not hold is worth nothing any more.
 */
export async function askAnew(refused: 'DEVICE_REQUIRED' | 'DEVICE_REFUSED'): Promise<void> {
  if (refused === 'DEVICE_REFUSED') await lose();
  await ask(session.peek()?.customer.msisdn ?? '');
}

/** Forget a key that the server no longer takes; then this device can ask to be let in again. */
export async function lose(): Promise<void> {
  const key = ownKey;
  ownKey = null;
  ownDevice.value = { state: 'ABSENT' };
  if (key === null) return;
  if (key.enrolment?.active === true) wasLetIn.value = true;
  await forgetKey(key).catch(() => undefined);
}

async function settle(msisdn: string): Promise<void> {
  forgetOwn();
  try {
    ownKey = canKeepKeys() ? await readKey(msisdn) : null;
  } catch {
    ownKey = null;
  }
  if (!canKeepKeys()) {
    ownDevice.value = { state: 'UNABLE' };
    lookedUp.value = true;
    return;
  }
  const enrolment = ownKey?.enrolment ?? null;
  // The session is a device's own, whose key this browser has erased.
  if (enrolment === null && hasDevice(session.peek())) wasLetIn.value = true;
  if (enrolment?.active === true) {
    ownDevice.value = { state: 'ACTIVE', id: enrolment.id };
    lookedUp.value = true;
    // The server took its signature at sign-in: it is known there.
    if (session.peek()?.device?.id === enrolment.id) return;
  }
  void ask(msisdn).finally(() => {
    lookedUp.value = true;
  });
}

/** Also false for a session that was kept before sessions knew devices. */
function hasDevice(kept: SessionJson | null): boolean {
  return (kept?.device ?? null) !== null;
}

/**
 * Where signatures are required every device asks to be let in; elsewhere only the customer's first
 * one, which the server lets in at once.
 */
async function ask(msisdn: string): Promise<void> {
  const [known, asks] = await Promise.all([refreshDevices(), learnInstallation()]);
  if (session.peek()?.customer.msisdn !== msisdn || known === null || asks === null) return;
  if (ownDevice.peek().state !== 'UNKNOWN' && ownDevice.peek().state !== 'ABSENT') return;
  const first = !known.some((device) => device.state === 'ACTIVE');
  if (first || asks.deviceSignature === 'REQUIRED') await askToBeLetIn();
  else ownDevice.value = { state: 'ABSENT' };
}

async function become(device: DeviceJson): Promise<void> {
  if (ownKey === null) return;
  const active = device.state === 'ACTIVE';
  const { enrolment } = ownKey;
  if (enrolment?.id !== device.id || enrolment.active !== active) {
    ownKey = await noteEnrolment(ownKey, { id: device.id, active });
  }
  if (active) {
    bindSession(device.id);
    wasLetIn.value = false;
  }
  ownDevice.value = active ? { state: 'ACTIVE', id: device.id } : { state: 'PENDING', device };
}

function forgetOwn(): void {
  ownKey = null;
  devices.value = null;
  putOff.value = false;
  askFailure.value = null;
  wasLetIn.value = false;
  lookedUp.value = false;
  ownDevice.value = { state: 'UNKNOWN' };
}

function signedNow(
  key: DeviceKey | null,
  act: SignedAct,
  argument: string,
): Promise<DeviceSignatureJson | null> {
  const signedAt = new Date(serverNow()).toISOString();
  return signed(key, () => actText(act, argument, signedAt), { signedAt });
}

async function signed(
  key: DeviceKey | null,
  text: () => string,
  more: { readonly signedAt?: string } = {},
): Promise<DeviceSignatureJson | null> {
  if (key?.enrolment?.active !== true) return null;
  return { id: key.enrolment.id, signature: await signText(key, text()), ...more };
}
