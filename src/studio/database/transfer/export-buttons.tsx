import { Download } from 'lucide';
import { useState } from 'preact/hooks';
import { Icon } from '../../elements/icon.tsx';
import { saveFile } from '../../elements/save-file.ts';
import { pageSignal } from '../../page-signal.ts';
import { useStudio } from '../../session/studio.ts';
import { type DatabaseConnection, failureText } from '../database-connection.ts';
import type { RowFormat } from '../grid/row-text.ts';
import type { Table } from '../schema/schema.ts';
import { exportTable } from './export-table.ts';

interface ExportButtonsProps {
  readonly connection: DatabaseConnection;
  readonly table: Table;
}

/** Saves a whole table as CSV or JSON. */
export function ExportButtons({ connection, table }: ExportButtonsProps) {
  const { toaster } = useStudio();
  const [busy, setBusy] = useState(false);

  async function save(format: RowFormat): Promise<void> {
    setBusy(true);
    const name = `${table.name.replace(/[\\/:*?"<>|]/g, '_')}.${format}`;
    try {
      const file = await exportTable(connection, table, format, pageSignal);
      saveFile(name, new Uint8Array(await file.arrayBuffer()));
      toaster.show({ message: `Saved all rows as ${name}.` });
    } catch (thrown) {
      toaster.show({ message: failureText(thrown) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      {(['csv', 'json'] as const).map((format) => (
        <button
          key={format}
          type="button"
          class="button small"
          aria-label={`Save as ${format.toUpperCase()}`}
          title={`Saves all rows as ${format.toUpperCase()}`}
          disabled={busy}
          onClick={() => void save(format)}
        >
          <Icon node={Download} size={14} />
          {format.toUpperCase()}
        </button>
      ))}
    </>
  );
}
