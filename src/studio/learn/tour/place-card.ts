/** A rectangle in the window, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Room between the card and what it points at, and around it, CSS pixels. */
const GAP = 12;

/**
 * Where a card goes that explains an element: beside it where there is room (right, left, below, above), else
 * over the element's end, so that its beginning stays in sight.
 * @param target undefined when the element is not on the page now: the card goes to the middle of the lower edge
 * @returns left and top of the card
 */
export function placeCard(
  target: Box | undefined,
  card: Extent,
  room: Extent,
): { readonly left: number; readonly top: number } {
  const keep = (left: number, top: number) => ({
    left: Math.max(GAP, Math.min(left, room.width - card.width - GAP)),
    top: Math.max(GAP, Math.min(top, room.height - card.height - GAP)),
  });
  const middle = (room.width - card.width) / 2;
  if (!target) return keep(middle, room.height);
  const right = target.left + target.width;
  const bottom = target.top + target.height;
  const centre = target.left + target.width / 2 - card.width / 2;
  const near = target.top + Math.min(target.height / 2, card.height) - card.height / 2;
  if (right + GAP + card.width + GAP <= room.width) return keep(right + GAP, near);
  if (target.left - GAP - card.width >= GAP) return keep(target.left - GAP - card.width, near);
  if (bottom + GAP + card.height + GAP <= room.height) return keep(centre, bottom + GAP);
  if (target.top - GAP - card.height >= GAP) return keep(centre, target.top - GAP - card.height);
  return keep(right - card.width - GAP, bottom - card.height - GAP);
}
