import { useRef } from 'preact/hooks';
import { useCopy } from '../elements/use-copy.ts';

interface ShareAddressProps {
  readonly address: string;
  /** Of the field. */
  readonly label: string;
  readonly button: string;
}

/** The address to share, to be seen whole, selected and copied. */
export function ShareAddress({ address, label, button }: ShareAddressProps) {
  const field = useRef<HTMLInputElement>(null);
  const { copied, copy } = useCopy(address);
  return (
    <div class="share-address">
      <input
        ref={field}
        class="text-field"
        type="text"
        readOnly
        aria-label={label}
        value={address}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button
        type="button"
        class="button copy"
        onClick={() => {
          field.current?.select();
          void copy();
        }}
      >
        {copied ? 'Copied' : button}
      </button>
      <span class="visually-hidden" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </div>
  );
}
