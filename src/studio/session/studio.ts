import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import type { StudioConfig } from '../config.ts';
import type { Toaster } from '../elements/toast.ts';
import type { OpenServer, SiteStore } from '../host.ts';
import type { Areas } from './areas.ts';
import type { Command, Commands } from './commands.ts';
import type { KeptOut } from './kept-out.ts';
import type { OpenFile } from './open-file.ts';
import type { ServerSession } from './server-session.ts';

/** What every part of the server tab may use; the same objects as long as the server is open. */
export interface Studio {
  readonly config: StudioConfig;
  readonly session: ServerSession;
  readonly server: OpenServer;
  readonly store: SiteStore;
  readonly openFile: OpenFile;
  readonly areas: Areas;
  readonly toaster: Toaster;
  readonly keptOut: KeptOut;
  readonly commands: Commands;
}

export const StudioContext = createContext<Studio | undefined>(undefined);

/** The open server's studio; only for what is drawn inside the workspace. */
export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (!studio) throw new TypeError('Only what is inside the workspace has a studio.');
  return studio;
}

/**
 * Offers commands while the component is drawn.
 * @param make made anew when one of `inputs` changes
 */
export function useCommands(make: () => readonly Command[], inputs: readonly unknown[]): void {
  const { commands } = useStudio();
  useEffect(() => commands.add(make()), [commands, ...inputs]);
}
