import type { SiteName } from '../../address/site-name.ts';
import { forgetQueries } from '../database/query/query-history.ts';
import { saveStream } from '../elements/save-file.ts';
import type { CreateServerResult, Progress } from '../host.ts';

/** How an operation is watched and ended. */
export interface OperationOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What can be done with a server of this browser, whether it runs or not. */
export interface ServerOperations {
  rename(from: string, name: string, options: OperationOptions): Promise<CreateServerResult>;
  duplicate(from: string, name: string, options: OperationOptions): Promise<CreateServerResult>;
  /** Packs everything into a zip and gives it to the browser to save. */
  export(name: string, options: OperationOptions): Promise<void>;
  delete(name: SiteName, options: OperationOptions): Promise<void>;
}

/**
 * The operations of this browser. The host comes with the first of them.
 * @param signalUrl WebSocket URL of the signaling server
 */
export function createServerOperations(signalUrl: string): ServerOperations {
  return {
    async rename(from, name, options) {
      const { renameServer } = await import('../host.ts');
      return renameServer(from, { name, signalUrl, ...options });
    },
    async duplicate(from, name, options) {
      const { duplicateServer } = await import('../host.ts');
      return duplicateServer(from, { name, signalUrl, ...options });
    },
    async export(name, options) {
      const { describeServer, exportServer } = await import('../host.ts');
      const { bytes } = await describeServer(name, options);
      const open = () => exportServer(name, options);
      await saveStream(`${name}.zip`, bytes, open, options.signal);
    },
    async delete(name, { signal }) {
      const { deleteServer } = await import('../host.ts');
      await deleteServer(name, { signalUrl, signal });
      forgetQueries(localStorage, name);
    },
  };
}
