/**
 * A tab that serves and two that visit, joined directly; the server above has only introduced them. Requests and
 * pages travel along the lines, unless somebody prefers no motion.
 */
export function IntroductionPicture() {
  return (
    <svg
      class="introduction"
      viewBox="0 0 480 300"
      role="img"
      aria-label="A browser tab with a site, joined by lines to a visitor’s browser and to a phone, which fetch its pages directly. A server above them only introduces them."
    >
      <g class="pic-faint">
        <path d="M206 46C150 52 118 66 112 92" />
        <path d="M274 42C330 36 366 34 386 44" />
      </g>
      <g>
        <rect class="pic-server" x="208" y="22" width="64" height="42" rx="9" />
        <path class="pic-slot" d="M220 36h24M220 50h24" />
        <circle class="pic-lamp" cx="259" cy="36" r="2.5" />
        <circle class="pic-lamp" cx="259" cy="50" r="2.5" />
        <text class="pic-label-faint" x="240" y="84">
          only introduces
        </text>
      </g>

      <path class="pic-link" d="M206 168C262 168 270 106 318 106" />
      <path class="pic-link" d="M206 190C274 190 300 234 366 234" />
      <path class="pic-flow" d="M206 168C262 168 270 106 318 106" />
      <path class="pic-flow late" d="M206 190C274 190 300 234 366 234" />

      <Window x={18} y={100} width={188} height={154} />
      <circle class="pic-live" cx="40" cy="114" r="4" />
      <path class="pic-tab-title" d="M52 114h38" />
      <g class="pic-site">
        <rect class="pic-photo" x="34" y="142" width="62" height="60" rx="6" />
        <circle class="pic-sun" cx="78" cy="158" r="7" />
        <path
          class="pic-hill"
          d="M34 196v-10c10-14 20-20 30-8 6-6 16-10 32 6v12a6 6 0 0 1-6 6H40a6 6 0 0 1-6-6z"
        />
        <path class="pic-heading" d="M110 148h62" />
        <path class="pic-text" d="M110 166h78M110 180h70M110 194h46" />
        <path class="pic-text" d="M37 222h150M37 236h104" />
      </g>

      <Window x={318} y={48} width={144} height={112} />
      <path class="pic-tab-title" d="M334 62h26" />
      <g class="pic-site">
        <rect class="pic-photo" x="332" y="88" width="46" height="42" rx="5" />
        <circle class="pic-sun" cx="366" cy="99" r="5" />
        <path
          class="pic-hill"
          d="M332 126v-8c7-10 15-14 22-6 5-4 12-7 24 5v9a4 4 0 0 1-4 4h-38a4 4 0 0 1-4-4z"
        />
        <path class="pic-heading" d="M390 93h42" />
        <path class="pic-text" d="M390 108h56M390 122h40M334 146h100" />
      </g>

      <rect class="pic-window" x="366" y="186" width="58" height="96" rx="11" />
      <g class="pic-site">
        <rect class="pic-photo" x="374" y="202" width="42" height="30" rx="4" />
        <circle class="pic-sun" cx="406" cy="210" r="4" />
        <path
          class="pic-hill"
          d="M374 229v-6c6-8 13-11 20-5 5-3 11-5 22 4v7a3 3 0 0 1-3 3h-36a3 3 0 0 1-3-3z"
        />
        <path class="pic-heading" d="M377 244h24" />
        <path class="pic-text" d="M377 256h36M377 267h26" />
      </g>
      <path class="pic-tab-title" d="M389 194h12" />

      <text class="pic-label" x="112" y="278">
        your tab
      </text>
      <text class="pic-label" x="318" y="278">
        visitors
      </text>
    </svg>
  );
}

interface WindowProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A browser's window with its bar. */
function Window({ x, y, width, height }: WindowProps) {
  return (
    <>
      <rect class="pic-window" x={x} y={y} width={width} height={height} rx="12" />
      <path class="pic-bar" d={`M${x} ${y + 28}h${width}`} />
    </>
  );
}
