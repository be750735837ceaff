/** What the pane says while no file is open. */
export function FirstSteps({ serving }: { readonly serving: boolean }) {
  return (
    <div class="first-steps">
      <h2>{serving ? 'Your server is running in this tab' : 'Your server is not running'}</h2>
      <ol>
        <li>
          <strong>Open Browser</strong> shows your site as a visitor sees it. Send the address
          beside it to anybody.
        </li>
        <li>
          Choose a file, such as <code>index.html</code>, and change it.
        </li>
        <li>
          Press <kbd>Ctrl</kbd> <kbd>S</kbd> (<kbd>⌘</kbd> <kbd>S</kbd> on a Mac) to make the change
          live, then reload the site.
        </li>
      </ol>
      <p>Keep this tab open: the site is online as long as it is.</p>
    </div>
  );
}
