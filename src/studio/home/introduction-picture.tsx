/** Tab and tab talk directly; the server above only introduces them. */
export function IntroductionPicture() {
  return (
    <svg
      class="introduction"
      viewBox="0 0 440 230"
      role="img"
      aria-label="Two browser tabs exchange pages directly; a server above them only introduces them."
    >
      <g class="pic-faint">
        <path d="M186 44 C120 52 92 74 84 104" />
        <path d="M254 44 C320 52 348 74 356 104" />
      </g>
      <rect class="pic-server" x="190" y="22" width="60" height="44" rx="9" />
      <path class="pic-detail" d="M203 37h22M203 51h22" />
      <circle class="pic-dot-faint" cx="238" cy="37" r="2.5" />
      <circle class="pic-dot-faint" cx="238" cy="51" r="2.5" />
      <text class="pic-label-faint" x="220" y="87">
        only introduces
      </text>
      <g>
        <rect class="pic-tab" x="18" y="108" width="132" height="94" rx="12" />
        <path class="pic-bar" d="M18 132h132" />
        <path class="pic-detail" d="M32 120h26" />
        <path class="pic-text" d="M36 152h62M36 166h84M36 180h48" />
      </g>
      <g>
        <rect class="pic-tab" x="290" y="108" width="132" height="94" rx="12" />
        <path class="pic-bar" d="M290 132h132" />
        <path class="pic-detail" d="M304 120h26" />
        <path class="pic-text" d="M308 152h62M308 166h84M308 180h48" />
      </g>
      <path class="pic-link" d="M160 158h120" />
      <path class="pic-head" d="M272 151l8 7-8 7M168 151l-8 7 8 7" />
      <text class="pic-label" x="220" y="146">
        pages
      </text>
      <text class="pic-label-faint" x="84" y="222">
        your tab
      </text>
      <text class="pic-label-faint" x="356" y="222">
        a visitor’s tab
      </text>
    </svg>
  );
}
