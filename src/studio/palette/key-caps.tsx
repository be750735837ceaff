import { isMac, labelKeys } from './keys.ts';

/** Keys as they are on the keyboard. */
export function KeyCaps({ keys }: { readonly keys: string }) {
  return (
    <span class="key-caps">
      {labelKeys(keys, isMac).map((label) => (
        <kbd key={label}>{label}</kbd>
      ))}
    </span>
  );
}
