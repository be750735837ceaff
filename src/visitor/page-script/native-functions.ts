type Native = (...args: unknown[]) => unknown;

/**
 * Puts a function around one of a class of the browser, which looks as the one within does.
 * @param kind what the property of the prototype holds: the function as its value, or as its getter
 * @returns the function within, to be called on an object, whatever becomes of the property
 */
export function wrapNative<T, R>(
  prototype: T,
  name: keyof T,
  kind: 'value' | 'get',
  apply: (native: Native, self: T) => unknown,
): (self: T) => R {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const native: Native = descriptor?.[kind];
  Object.defineProperty(prototype, name, { ...descriptor, [kind]: new Proxy(native, { apply }) });
  return (self) => native.call(self) as R;
}
