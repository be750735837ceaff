import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a signaling server keeps its leases: state that a person does not edit (XDG Base Directory). */
export function leasesFile(env: Environment): string {
  return join(xdgFolder(env.XDG_STATE_HOME, '.local/state'), 'peerserver/leases.json');
}

/** Where the keys of visited hosts are kept, as SSH does with known_hosts. */
export function knownHostsFile(env: Environment): string {
  return join(xdgFolder(env.XDG_CONFIG_HOME, '.config'), 'peerserver/known-hosts.json');
}

/** The specification says to ignore a path that is not absolute. */
function xdgFolder(configured: string | undefined, usual: string): string {
  return configured && isAbsolute(configured) ? configured : join(homedir(), usual);
}
