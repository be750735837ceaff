import { type IconNode, PanelBottom, PanelLeft, PanelRight } from 'lucide';
import { Icon } from '../elements/icon.tsx';
import type { Area } from '../session/areas.ts';
import { useStudio } from '../session/studio.ts';

const SWITCHES: readonly {
  readonly area: Area;
  readonly label: string;
  readonly icon: IconNode;
}[] = [
  { area: 'files', label: 'Files area', icon: PanelLeft },
  { area: 'log', label: 'Log area', icon: PanelBottom },
  { area: 'result', label: 'Result area', icon: PanelRight },
];

/** Folds and unfolds the areas around the editor. */
export function AreaSwitches() {
  const { areas, openFile } = useStudio();
  const shown = areas.shown.value;
  const site = openFile.view.value === 'site';
  return (
    <fieldset class="area-switches">
      <legend class="visually-hidden">Shown areas</legend>
      {SWITCHES.filter(({ area }) => site || area === 'log').map(({ area, label, icon }) => (
        <button
          key={area}
          type="button"
          class="icon-button"
          aria-pressed={shown.has(area)}
          aria-label={label}
          title={`${shown.has(area) ? 'Hide' : 'Show'} the ${area}`}
          onClick={() => areas.toggle(area)}
        >
          <Icon node={icon} />
        </button>
      ))}
    </fieldset>
  );
}
