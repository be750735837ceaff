import { Dialog } from '../elements/dialog.tsx';
import type { Command } from '../session/commands.ts';
import { KeyCaps } from './key-caps.tsx';

interface ShortcutsDialogProps {
  readonly commands: readonly Command[];
  readonly onClose: () => void;
}

/** All keys that run something now, by group. */
export function ShortcutsDialog({ commands, onClose }: ShortcutsDialogProps) {
  const withKeys = commands.filter(({ keys }) => keys !== undefined);
  const groups = [...new Set(withKeys.map(({ group }) => group))];
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <div class="shortcuts">
        {groups.map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {withKeys
                .filter((command) => command.group === group)
                .map(({ id, title, keys = '' }) => (
                  <div key={id} class="shortcut">
                    <dt>{title.replace(/…$/, '')}</dt>
                    <dd>
                      <KeyCaps keys={keys} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <div class="button-row end">
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
