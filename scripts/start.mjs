/** `npm start`: everything from a bare clone to a running server. Takes the options of `peerserver start`. */
import { runCommand, setUp } from './setup.mjs';

await runCommand(async () => {
  await setUp();
  process.argv.splice(2, 0, 'start');
  await import('../dist/cli/peerserver.mjs');
});
