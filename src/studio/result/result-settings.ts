/** The widths to look at a site in, CSS pixels; `full`: as wide as there is room. */
export const PREVIEW_WIDTHS = { phone: 390, tablet: 820, full: undefined } as const;
export type PreviewWidth = keyof typeof PREVIEW_WIDTHS;

/** Where the chosen width is kept between visits. */
const WIDTH_KEY = 'peerserver-preview-width';

/** The width chosen last; `full` at first. */
export function readPreviewWidth(storage: Pick<Storage, 'getItem'>): PreviewWidth {
  const text = storage.getItem(WIDTH_KEY);
  return text === 'phone' || text === 'tablet' ? text : 'full';
}

/** Keeps the chosen width for the next visit. */
export function keepPreviewWidth(storage: Pick<Storage, 'setItem'>, width: PreviewWidth): void {
  try {
    storage.setItem(WIDTH_KEY, width);
  } catch {
    // Without storage, or with a full one, the choice is for this visit only.
  }
}

/** How a page of a chosen width is fitted into the room for it. */
export interface Fit {
  /** Of the frame, CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** How much smaller it is drawn; at most 1. */
  readonly scale: number;
}

/**
 * Fits a page of the chosen width into a box; one that is too wide is drawn smaller.
 * @param box in CSS pixels
 */
export function fitPreview(
  chosen: PreviewWidth,
  box: { readonly width: number; readonly height: number },
): Fit {
  const width = PREVIEW_WIDTHS[chosen] ?? box.width;
  const scale = Math.min(1, box.width / width) || 1;
  return { width, height: box.height / scale, scale };
}
