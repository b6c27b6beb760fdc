/** The calls about notifications; they need a session, and move no money. */

import type { PushRemovalBodyJson, PushSubscriptionBodyJson } from '@seqr-ups/contract';
import { ANSWER_TIMEOUT_MS, call } from './api.ts';
import { learnInstallation } from './installation.ts';

const timeoutMs = ANSWER_TIMEOUT_MS;

/** The key that the platform signs its messages with (base64url); null when nobody answers. */
export async function fetchPushKey(): Promise<string | null> {
  return (await learnInstallation())?.pushKey ?? null;
}

/** `POST /push-subscriptions`; false when it was not taken. */
export async function savePushSubscription(body: PushSubscriptionBodyJson): Promise<boolean> {
  const answer = await call('POST', '/push-subscriptions', { body, timeoutMs });
  return answer.kind === 'OK';
}

/** `POST /push-subscriptions/removal`; messages end whether it is heard or not. */
export async function forgetPushSubscription(endpoint: string): Promise<void> {
  const body: PushRemovalBodyJson = { endpoint };
  await call('POST', '/push-subscriptions/removal', { body, timeoutMs });
}
