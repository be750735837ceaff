import { useMemo } from 'preact/hooks';
import type { StudioConfig } from '../config.ts';
import { pageSignal } from '../page-signal.ts';
import type { NameCheck } from '../servers/name-check.ts';
import type { ServerList } from '../servers/server-records.ts';
import { type Creation, createCreation, type OpenedTab } from './creation.ts';
import { fetchStarter } from './starters.ts';

/** The way to a new server, with this browser's tabs and this browser's servers. */
export function useCreation(config: StudioConfig, servers: ServerList, check: NameCheck): Creation {
  return useMemo(
    () =>
      createCreation({
        check,
        openTab,
        async create(name, starter) {
          const [{ createServer }, archive] = await Promise.all([
            import('../host.ts'),
            fetchStarter(starter, pageSignal),
          ]);
          return createServer({
            name,
            content: { kind: 'archive', archive },
            signalUrl: config.signalUrl,
            signal: pageSignal,
          });
        },
        async urlOf(name, { start }) {
          const { pathOfName } = await import('../files/names/file-names.ts');
          return `/server/${name}#${encodeURIComponent(pathOfName(start, true))}`;
        },
        onCreated: () => servers.refresh(),
        random: Math.random,
      }),
    [config, servers, check],
  );
}

function openTab(): OpenedTab | undefined {
  const tab = window.open('about:blank', '_blank');
  if (!tab) return undefined;
  return { go: (url) => tab.location.replace(url), close: () => tab.close() };
}
