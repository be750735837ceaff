import type { ClientMessage } from '../../../signaling/messages.ts';
import { EventLog } from '../../testing/event-log.ts';
import { type HostSocket, SignalingStandIn } from '../../testing/signaling-stand-in.ts';
import { createServerIn } from '../create-server.ts';
import { openServerIn } from '../open-server.ts';
import type { CreateServerResult, ServerEvent, SiteContent } from '../public-api.ts';
import { memoryEnvironment } from './memory-environment.ts';

export const signalUrl = 'ws://signal.example/';

/** A browser with no servers, whose signaling server gives every name and notes what it is asked. */
export function memoryBrowser() {
  const signaling = new SignalingStandIn();
  const environment = memoryEnvironment(signaling);
  const asked: string[] = [];
  /** Names that are refused. */
  const taken = new Set<string>();
  const answer = async (socket: HostSocket): Promise<void> => {
    let name = '';
    for (;;) {
      const message: ClientMessage = await socket.next();
      if (message.kind === 'claim') {
        name = message.name;
        asked.push(`claim ${name}`);
        if (taken.has(name))
          socket.send({ kind: 'refused', code: 'name-taken', message: 'Taken.' });
        else socket.send({ kind: 'claimed', name, iceServers: [] });
      } else if (message.kind === 'release') asked.push(`release ${name}`);
    }
  };
  void (async () => {
    for (;;) void answer(await signaling.nextSocket());
  })();
  const options = (name: string) => ({ name, signalUrl, signal: new AbortController().signal });
  return {
    signaling,
    environment,
    asked,
    taken,
    options,
    create: (name: string, content: SiteContent): Promise<CreateServerResult> =>
      createServerIn(environment, { ...options(name), content }),
    async open(name: string) {
      const events = new EventLog<ServerEvent>();
      const server = await openServerIn(environment, name, {
        signalUrl,
        signal: new AbortController().signal,
        onEvent: events.add,
      });
      return { server, events };
    },
  };
}

/** Content of a server, from paths to texts. */
export function siteOf(files: Record<string, string>): SiteContent {
  const entries = Object.entries(files);
  return { kind: 'files', files: entries.map(([path, content]) => ({ path, content })) };
}
