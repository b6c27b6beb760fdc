/** The calls about this installation, the customer's devices and PIN. Nothing here moves money. */

import type {
  DeviceBodyJson,
  DeviceJson,
  DeviceListJson,
  DeviceSignatureJson,
  InstallationJson,
} from '@seqr-ups/contract';
import { type Answer, ANSWER_TIMEOUT_MS, call } from './api.ts';

const timeoutMs = ANSWER_TIMEOUT_MS;

/** A PIN, and the signature of this device where it is let in. */
export type Proof = { readonly pin: string; readonly device: DeviceSignatureJson | null };

/** `GET /installation`, which needs no sign-in. */
export function fetchInstallation(): Promise<Answer<InstallationJson>> {
  return call('GET', '/installation', { timeoutMs });
}

/** `GET /devices`. */
export function fetchDevices(): Promise<Answer<DeviceListJson>> {
  return call('GET', '/devices', { timeoutMs });
}

/** `POST /devices`: this device asks to be let in; at once with an operator's code. */
export function addDevice(body: DeviceBodyJson): Promise<Answer<DeviceJson>> {
  return call('POST', '/devices', { body, timeoutMs });
}

/** `POST /devices/{id}/approval`: this device lets another one in. */
export function admitDevice(id: string, proof: Proof): Promise<Answer<DeviceJson>> {
  return call('POST', `${devicePath(id)}/approval`, { body: proofBody(proof), timeoutMs });
}

/** `POST /devices/{id}/removal`: refuse one that waits, or end one that may pay. */
export function removeDevice(id: string, proof: Proof): Promise<Answer<void>> {
  return call('POST', `${devicePath(id)}/removal`, { body: proofBody(proof), timeoutMs });
}

/** `POST /pin`: another PIN. All sessions end. */
export function changePin(proof: Proof, newPin: string): Promise<Answer<void>> {
  return call('POST', '/pin', { body: { ...proofBody(proof), newPin }, timeoutMs });
}

/** What a locked PIN is unlocked with: an operator's code. */
export type Unlocking = { readonly msisdn: string; readonly code: string; readonly newPin: string };

/** `POST /pin/unlocking`, which needs no sign-in. All sessions end. */
export function unlockPin(unlocking: Unlocking): Promise<Answer<void>> {
  return call('POST', '/pin/unlocking', { body: unlocking, timeoutMs });
}

function devicePath(id: string): string {
  return `/devices/${encodeURIComponent(id)}`;
}

function proofBody({ pin, device }: Proof): object {
  return { pin, ...(device !== null && { device }) };
}
