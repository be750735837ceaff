import { type ReadonlySignal, signal } from '@preact/signals';
import type { Room } from '../session/areas.ts';

/** The widths of server.css. */
const MEDIUM = '(width < 60rem)';
const PHONE = '(width < 40rem)';

/** How many areas have room in the window, followed as it changes. */
export function createWindowRoom(
  media: (query: string) => Pick<MediaQueryList, 'matches' | 'addEventListener'>,
): ReadonlySignal<Room> {
  const medium = media(MEDIUM);
  const phone = media(PHONE);
  const measure = () => (phone.matches ? 'phone' : medium.matches ? 'medium' : 'wide');
  const room = signal<Room>(measure());
  for (const query of [medium, phone]) {
    query.addEventListener('change', () => {
      room.value = measure();
    });
  }
  return room;
}
