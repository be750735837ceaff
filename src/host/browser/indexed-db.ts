/** IndexedDB with promises, as far as this room needs it: one database, one object store, records by name. */
import { storageError } from './storage-error.ts';

const DATABASE = 'peerserver-host';
const VERSION = 1;

/** A table of records; what is kept must survive structured cloning. */
export interface RecordTable<T> {
  get(key: string): Promise<T | undefined>;
  all(): Promise<T[]>;
  /** Resolves when the record is stored for good. */
  put(record: T): Promise<void>;
  delete(key: string): Promise<void>;
  /** Stores a record in place of the one with the key `from`, in one step. */
  replace(from: string, record: T): Promise<void>;
}

/**
 * A table in this origin's IndexedDB. Each call opens the database and closes it again: they are rare, and
 * an open one would keep a newer version of the web app, in another tab, from upgrading it.
 * @param name name of the object store
 * @param keyPath the field that identifies a record
 */
export function indexedDbTable<T>(name: string, keyPath: string & keyof T): RecordTable<T> {
  const run = async <R>(
    mode: IDBTransactionMode,
    use: (store: IDBObjectStore) => IDBRequest<R>,
  ): Promise<R> => {
    try {
      const database = await openDatabase(name, keyPath);
      try {
        const transaction = database.transaction(name, mode, { durability: 'strict' });
        const request = use(transaction.objectStore(name));
        await new Promise<void>((resolve, reject) => {
          transaction.oncomplete = () => resolve();
          transaction.onabort = () => reject(transaction.error ?? request.error);
        });
        return request.result;
      } finally {
        database.close();
      }
    } catch (thrown) {
      throw storageError('Access to this browser’s list of servers', thrown);
    }
  };
  return {
    get: (key) => run('readonly', (store): IDBRequest<T | undefined> => store.get(key)),
    all: () => run('readonly', (store): IDBRequest<T[]> => store.getAll()),
    async put(record) {
      await run('readwrite', (store) => store.put(record));
    },
    async delete(key) {
      await run('readwrite', (store) => store.delete(key));
    },
    async replace(from, record) {
      await run('readwrite', (store) => {
        store.delete(from);
        return store.put(record);
      });
    },
  };
}

function openDatabase(table: string, keyPath: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(table, { keyPath });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
