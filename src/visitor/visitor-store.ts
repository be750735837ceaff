import { generateKeyPair, type Identity, identityFromKeyPair } from '../protocol/identity.ts';
import type { HostKeyPin } from './connect-site.ts';

/**
 * What a visitor keeps at a site's origin: its own key pair, whose private half cannot be exported, and the
 * host's key of earlier visits. IndexedDB, because it is the one store that holds CryptoKeys.
 */

const DATABASE = 'peerserver-visitor';
const STORE = 'keys';
const IDENTITY = 'identity';
const HOST_KEY = 'host-key';

export interface VisitorStore {
  readonly identity: Identity;
  readonly pin: HostKeyPin;
}

/**
 * Opens the store, with a fresh identity on the first visit. Where the browser grants no storage (some
 * private windows), both last as long as the page.
 */
export async function openVisitorStore(): Promise<VisitorStore> {
  let database: IDBDatabase;
  try {
    database = await openDatabase();
  } catch (error) {
    console.warn(
      'PeerServer: this visit is not remembered, since storage is not available.',
      error,
    );
    return temporaryStore();
  }
  const known: unknown = await run(database, 'readonly', (store) => store.get(IDENTITY));
  const pair = isKeyPair(known) ? known : await generateKeyPair();
  if (pair !== known) await run(database, 'readwrite', (store) => store.put(pair, IDENTITY));
  return {
    identity: await identityFromKeyPair(pair),
    pin: {
      async load() {
        const key: unknown = await run(database, 'readonly', (store) => store.get(HOST_KEY));
        return typeof key === 'string' ? key : undefined;
      },
      async save(hostKey) {
        await run(database, 'readwrite', (store) => store.put(hostKey, HOST_KEY));
      },
    },
  };
}

async function temporaryStore(): Promise<VisitorStore> {
  let hostKey: string | undefined;
  return {
    identity: await identityFromKeyPair(await generateKeyPair()),
    pin: {
      load: () => Promise.resolve(hostKey),
      save(key) {
        hostKey = key;
        return Promise.resolve();
      },
    },
  };
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => {
      const database = request.result;
      // Wiping the origin must not wait for this connection.
      database.onversionchange = () => database.close();
      resolve(database);
    };
    request.onerror = () => reject(request.error);
  });
}

function run<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  action: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = action(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

function isKeyPair(value: unknown): value is CryptoKeyPair {
  return (
    typeof value === 'object' && value !== null && 'privateKey' in value && 'publicKey' in value
  );
}
