import type { RemoteModule } from './remote-modules.ts';

/** A module as it is kept in a file: JSON, with the address that was asked for. */
export function storedModule(asked: string, module: RemoteModule): string {
  return JSON.stringify({ ...module, asked });
}

/** What a file holds, or undefined when it is not what was kept for this address: then it is loaded anew. */
export function parseStoredModule(asked: string, stored: string): RemoteModule | undefined {
  let json: unknown;
  try {
    json = JSON.parse(stored);
  } catch {
    // Half a file: whatever wrote it was stopped.
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  if (!('asked' in json) || json.asked !== asked) return undefined;
  if (!('url' in json) || typeof json.url !== 'string' || !URL.canParse(json.url)) return undefined;
  if (!('text' in json) || typeof json.text !== 'string') return undefined;
  if (!('kind' in json) || (json.kind !== 'js' && json.kind !== 'json')) return undefined;
  return { url: json.url, kind: json.kind, text: json.text };
}
