/** The name with its sign, a tab joined to a tab; it leads home. */
export function Brand() {
  return (
    <a class="brand" href="/">
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
        <rect x="2" y="5" width="28" height="22" rx="6" class="brand-plate" />
        <path d="M11 16h10" class="brand-line" />
        <circle cx="11" cy="16" r="3.5" class="brand-dot" />
        <circle cx="21" cy="16" r="3.5" class="brand-dot" />
      </svg>
      <span>PeerServer</span>
    </a>
  );
}
