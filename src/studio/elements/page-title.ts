import { useEffect } from 'preact/hooks';

/** Names the browser tab: what is special first, since tabs are narrow. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'PeerServer' ? title : `${title} · PeerServer`;
  }, [title]);
}
