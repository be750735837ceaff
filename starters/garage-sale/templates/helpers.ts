/** Functions that templates can call. */

/** `{{money price}}` */
export function money(price: number): string {
  return price === 0 ? 'Free' : `€ ${price}`;
}
