/**
 * The key of this device: ECDSA on P-256, made here and kept in IndexedDB. Its private half cannot
 * be read out, not even by this page; it signs what the customer agrees to, so that a stolen
 * session or a guessed PIN moves no money elsewhere. One for each customer of the browser
 * (decision 0105). Exists on secure origins only: https, or this machine itself.
 */

const DATABASE = 'seqr-device';
const STORE = 'keys';
const LOCK = 'seqr-device';
const KEY_TYPE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** How the server knows the key; `active` once it may approve. */
export type Enrolment = { readonly id: string; readonly active: boolean };

/** What is kept for one customer; `publicKey` is SPKI in base64url. */
export type DeviceKey = {
  readonly msisdn: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: string;
  readonly enrolment: Enrolment | null;
};

/** True where the browser can make and keep such a key. */
export function canKeepKeys(): boolean {
  return window.isSecureContext && 'subtle' in crypto && 'indexedDB' in window;
}

/** The key of a customer, or null: there is none, or this page can keep none. */
export async function readKey(msisdn: string): Promise<DeviceKey | null> {
  if (!canKeepKeys()) return null;
  const kept: unknown = await transact('readonly', (store) => store.get(msisdn));
  return isDeviceKey(kept) ? kept : null;
}

/**
 * The key of a customer, made now if there is none: tabs that ask at once get the same one. Rejects
 * where the browser keeps nothing (some private windows).
 */
export function readOrMakeKey(msisdn: string): Promise<DeviceKey> {
  return navigator.locks.request(LOCK, async () => (await readKey(msisdn)) ?? makeKey(msisdn));
}

async function makeKey(msisdn: string): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(KEY_TYPE, false, ['sign']);
  const spki = await crypto.subtle.exportKey('spki', pair.publicKey);
  const { privateKey } = pair;
  const key = { msisdn, privateKey, publicKey: base64url(spki), enrolment: null };
  await keep(key);
  return key;
}

/** Note what the server said about the key. */
export async function noteEnrolment(key: DeviceKey, enrolment: Enrolment): Promise<DeviceKey> {
  const noted = { ...key, enrolment };
  await keep(noted);
  return noted;
}

/** Forget a key that the server no longer takes; another one, made meanwhile, stays. */
export async function forgetKey({ msisdn, publicKey }: DeviceKey): Promise<void> {
  await navigator.locks.request(LOCK, async () => {
    const kept = await readKey(msisdn);
    if (kept?.publicKey === publicKey) {
      await transact('readwrite', (store) => store.delete(msisdn));
    }
  });
}

/** The signature over a text: 64 bytes (IEEE P1363) in base64url. */
export async function signText(key: DeviceKey, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return base64url(await crypto.subtle.sign(SIGNATURE, key.privateKey, bytes));
}

function keep(key: DeviceKey): Promise<unknown> {
  return transact('readwrite', (store) => store.put(key));
}

function base64url(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** One request in a transaction of its own; resolves once it is durable. */
function transact(
  mode: IDBTransactionMode,
  request: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    const fail = (): void => {
      reject(opening.error ?? new Error('the browser keeps no database'));
    };
    opening.onerror = fail;
    opening.onblocked = fail;
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(STORE, { keyPath: 'msisdn' });
    };
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, mode);
      const asked = request(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        database.close();
        resolve(asked.result);
      };
      transaction.onabort = () => {
        database.close();
        reject(transaction.error ?? new Error('the browser kept nothing'));
      };
    };
  });
}

function isDeviceKey(value: unknown): value is DeviceKey {
  return typeof value === 'object' && value !== null && 'privateKey' in value;
}
