import { Code, Files, type IconNode, Monitor, ScrollText } from 'lucide';
import { Icon } from '../elements/icon.tsx';
import { AREAS, type Area } from '../session/areas.ts';
import { useStudio } from '../session/studio.ts';

const LABELS: Record<Area, { readonly label: string; readonly icon: IconNode }> = {
  files: { label: 'Files', icon: Files },
  editor: { label: 'Editor', icon: Code },
  result: { label: 'Result', icon: Monitor },
  log: { label: 'Log', icon: ScrollText },
};

/** The bar at a phone's foot: one area at a time. */
export function AreaBar() {
  const { areas, openFile } = useStudio();
  const shown = areas.shown.value;
  const site = openFile.view.value === 'site';
  return (
    <nav class="area-bar" aria-label="Areas">
      {AREAS.map((area) => (
        <button
          key={area}
          type="button"
          aria-current={site && shown.has(area) ? 'true' : undefined}
          onClick={() => {
            if (area !== 'log') openFile.show('site');
            areas.show(area);
          }}
        >
          <Icon node={LABELS[area].icon} size={20} />
          {LABELS[area].label}
        </button>
      ))}
    </nav>
  );
}
