/** What a subclass needs to stand in the global scope in its class's place. */

type AnyClass = { readonly name: string; readonly prototype: object };

/**
 * Gives `own` the name of `native`, and lets `instanceof own` hold for natives, too: the platform goes on making
 * those. Classes that the author derives from `own` are not touched.
 */
export function standInFor(own: AnyClass, native: AnyClass): void {
  Object.defineProperty(own, 'name', { value: native.name });
  Object.defineProperty(own, Symbol.hasInstance, {
    value(this: AnyClass, value: unknown): boolean {
      const { prototype } = this === own ? native : this;
      return Object.prototype.isPrototypeOf.call(prototype, Object(value));
    },
  });
}
