import { expect, it } from 'vitest';
import { parseSiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { createToaster } from '../elements/toast.ts';
import { createDatabaseActions } from './database-actions.ts';

function setUp(failure?: PeerServerError) {
  const name = parseSiteName('garden');
  if (!name.ok) throw new Error(name.message);
  const saved: [string, Uint8Array][] = [];
  const restored: Blob[] = [];
  let cleared = 0;
  const toaster = createToaster({ now: () => 0, schedule: () => () => {} });
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const actions = createDatabaseActions({
    server: {
      name: name.name,
      backupDatabase: async () => {
        await opened;
        if (failure) throw failure;
        return new Uint8Array([5]);
      },
      restoreDatabase: async (file) => {
        if (failure) throw failure;
        restored.push(file);
      },
    },
    toaster,
    changes: {
      clear: () => {
        cleared += 1;
      },
    },
    save: (file, bytes) => saved.push([file, bytes]),
    signal: new AbortController().signal,
  });
  const said = () => toaster.current.value?.message;
  return { actions, saved, restored, said, open, timesCleared: () => cleared };
}

const FILE = new File(['rows'], 'old.sqlite');

it('saves the database under the name of the server', async () => {
  const { actions, saved, said, open } = setUp();
  open();
  await actions.backUp();
  expect(saved).toEqual([['garden.sqlite', new Uint8Array([5])]]);
  expect(said()).toBe('Saved the database as garden.sqlite.');
});

it('restores a file and says so', async () => {
  const { actions, restored, said, timesCleared } = setUp();
  await actions.restore(FILE);
  expect(restored).toEqual([FILE]);
  // What was changed before was changed in another database.
  expect(timesCleared()).toBe(1);
  expect(said()).toBe('Restored the database from old.sqlite.');
});

it('does one thing at a time', async () => {
  const { actions, restored, open } = setUp();
  const backup = actions.backUp();
  expect(actions.busy.value).toBe(true);
  await actions.restore(FILE);
  expect(restored).toEqual([]);
  open();
  await backup;
  expect(actions.busy.value).toBe(false);
});

it('says what is wrong with a file, and can be used again', async () => {
  const failure = new PeerServerError('bad-input', 'This file is no database.');
  const { actions, said, timesCleared } = setUp(failure);
  await actions.restore(FILE);
  expect(said()).toBe('This file is no database.');
  expect(timesCleared()).toBe(0);
  expect(actions.busy.value).toBe(false);
});
