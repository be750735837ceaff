import type { Toaster } from './toast.ts';

/** Where short messages appear. The live region is always there, so that it is read when it fills. */
export function ToastArea({ toaster }: { readonly toaster: Toaster }) {
  const toast = toaster.current.value;
  return (
    <div class="toast-area" role="status">
      {toast && (
        <div class="toast">
          <span>{toast.message}</span>
          {toast.action && (
            <button
              type="button"
              class="toast-action"
              onClick={() => {
                toaster.dismiss();
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button
            type="button"
            class="toast-close"
            aria-label="Dismiss"
            onClick={() => toaster.dismiss()}
          >
            ×
          </button>
        </div>
      )}
    </div>
  );
}
