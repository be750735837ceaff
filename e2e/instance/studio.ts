import type { LaunchedBrowser } from '../browsers/launch.ts';
import type { Instance } from './instance.ts';
import { Tab } from './tab.ts';
import { type WhenDone, whenTestIsDone } from './until.ts';
import { Visitor } from './visitor.ts';

/** The home page, found and used by its accessible names. */
export class HomePage {
  readonly #whenDone: WhenDone;

  constructor(
    readonly tab: Tab,
    whenDone: WhenDone,
  ) {
    this.#whenDone = whenDone;
  }

  static async open(
    launched: LaunchedBrowser,
    instance: Instance,
    whenDone: WhenDone = whenTestIsDone,
  ): Promise<HomePage> {
    return new HomePage(await Tab.open(launched, instance.origin, whenDone), whenDone);
  }

  /** Types a name in place of what stands in the field. */
  async typeName(name: string): Promise<void> {
    const { launched, page } = this.tab;
    await this.tab.click('textbox', 'Server name');
    await launched.guard(selectAll(this.tab));
    await launched.guard(page.keyboard.press('Backspace'));
    await launched.guard(page.keyboard.type(name));
  }

  /** What is said beside the field, and whether as a mistake. */
  async nameNote(): Promise<{ text: string; invalid: boolean }> {
    const field = await this.tab.find('textbox', 'Server name');
    return this.tab.launched.guard(
      field.evaluate((element) => ({
        text:
          document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent ??
          '',
        invalid: element.getAttribute('aria-invalid') === 'true',
      })),
    );
  }

  /** Waits until the field is marked as wrong with this text beside it; returns the whole note. */
  seesNameRefused(text: string): Promise<string> {
    return this.tab.until(`the name to be refused with "${text}"`, async () => {
      const note = await this.nameNote();
      return note.invalid && note.text.includes(text) ? note.text : undefined;
    });
  }

  async pressCreate(): Promise<void> {
    await this.tab.click('button', 'Create PeerServer');
  }

  /** From the name to the server's tab, which the browser opens as a new one. */
  async createServer(name: string, template = 'Empty Template'): Promise<ServerTab> {
    await this.typeName(name);
    await this.pressCreate();
    return this.chooseTemplate(template);
  }

  async chooseTemplate(template: string): Promise<ServerTab> {
    const tab = await this.tab.newTab(() => this.tab.click('button', template), this.#whenDone);
    const server = new ServerTab(tab, this.#whenDone);
    await server.isOnline();
    return server;
  }
}

/** A server's tab. */
export class ServerTab {
  readonly #whenDone: WhenDone;

  constructor(
    readonly tab: Tab,
    whenDone: WhenDone = whenTestIsDone,
  ) {
    this.#whenDone = whenDone;
  }

  /** Opens the tab of a server that this browser has already. */
  static async open(
    launched: LaunchedBrowser,
    instance: Instance,
    name: string,
    whenDone: WhenDone = whenTestIsDone,
  ): Promise<ServerTab> {
    const url = `${instance.origin}/server/${name}`;
    return new ServerTab(await Tab.open(launched, url, whenDone), whenDone);
  }

  /** Waits until visitors can come. */
  async isOnline(): Promise<void> {
    await this.tab.until(
      'the server to be online',
      async () => (await this.connection()) === 'Online',
    );
  }

  /** The state of the connection to the signaling server, in words. */
  connection(): Promise<string> {
    return this.#textOf('.connection [role=status]');
  }

  /** The number of visitors, in words: `1 visitor`. */
  visitors(): Promise<string> {
    return this.#textOf('.visitor-count');
  }

  /** Waits until the tab shows this number of visitors, in words. */
  async showsVisitors(words: string): Promise<void> {
    await this.tab.until(`"${words}"`, async () => (await this.visitors()) === words);
  }

  /** The names of the files in the list, as far as it is in sight and unfolded. */
  files(): Promise<string[]> {
    return this.tab.launched.guard(
      this.tab.page.$$eval('.file-list [data-file]', (buttons) =>
        buttons.map((button) => button.getAttribute('aria-label') ?? ''),
      ),
    );
  }

  /** Clicks a file; resolves when the editor shows it. */
  async openFile(path: string): Promise<void> {
    await this.tab.click('button', path);
    await this.tab.find('textbox', path);
  }

  /** Text of the open file, as far as the editor draws it. */
  async editorText(): Promise<string> {
    return this.#textOf('.cm-content');
  }

  /**
   * Selects a piece of one line in the editor, as a mouse does, and types over it. The piece must have one
   * colour in the editor, such as the text of an element.
   */
  async replaceText(piece: string, replacement: string): Promise<void> {
    const { launched, page } = this.tab;
    await launched.guard(page.bringToFront());
    await this.tab.until(`"${piece}" in the editor`, () => page.evaluate(selectInEditor, piece));
    await launched.guard(page.keyboard.type(replacement));
    await this.tab.until('the edit', async () => (await this.editorText()).includes(replacement));
  }

  /** Ctrl-S; resolves when visitors get the edit. */
  async save(): Promise<void> {
    await this.pressSave();
    await this.showsSaved('Live');
  }

  /** Ctrl-S, whatever comes of it. */
  async pressSave(): Promise<void> {
    const { launched, page } = this.tab;
    await launched.guard(page.bringToFront());
    await launched.guard(page.keyboard.down('Control'));
    await launched.guard(page.keyboard.press('s'));
    await launched.guard(page.keyboard.up('Control'));
  }

  /** Selects all text in the open editor and types over it. */
  async retype(text: string): Promise<void> {
    await this.tab.launched.guard(this.tab.page.bringToFront());
    await this.tab.launched.guard(this.tab.page.focus('.cm-content'));
    await this.tab.launched.guard(selectAll(this.tab));
    await this.tab.launched.guard(this.tab.page.keyboard.type(text));
  }

  /** The bar of the folded log, as text. */
  logBar(): Promise<string> {
    return this.#textOf('.log summary');
  }

  /** Waits until the line above the editor begins so: `Live`, `Saved, with an error`, `Draft saved`, `Draft, not live`. */
  async showsSaved(words: string): Promise<void> {
    await this.tab.until(`"${words}" above the editor`, async () =>
      (await this.#textOf('.save-line')).startsWith(words),
    );
  }

  /** Waits until the file list is this. */
  async showsFiles(paths: readonly string[]): Promise<void> {
    await this.tab.until(
      `the files ${paths.join(', ')}`,
      async () => (await this.files()).join() === paths.join(),
    );
  }

  /** What the list says of a file that is not as visitors see it: `new`, `draft`; undefined of one that is. */
  fileMark(path: string): Promise<string | undefined> {
    return this.tab.launched.guard(
      this.tab.page.$eval(
        `.file-list button[aria-label="${path}"]`,
        (button) => button.querySelector<HTMLElement>('.file-mark')?.dataset.note,
      ),
    );
  }

  /** Types a path in place of the one in the dialog that is open, and confirms with Enter. */
  async typePath(path: string): Promise<void> {
    const { launched, page } = this.tab;
    await this.tab.find('textbox', 'Path');
    await launched.guard(selectAll(this.tab));
    await launched.guard(page.keyboard.type(path));
    await launched.guard(page.keyboard.press('Enter'));
  }

  /** The address to share. */
  async shareAddress(): Promise<string> {
    const field = await this.tab.find('textbox', 'Share address');
    return this.tab.launched.guard(
      field.evaluate((element) => (element as HTMLInputElement).value),
    );
  }

  /** Clicks "Open Browser", which opens the site in another tab of the same browser. */
  async openBrowser(): Promise<Visitor> {
    const click = () => this.tab.click('link', 'Open Browser');
    return new Visitor(await this.tab.newTab(click, this.#whenDone));
  }

  async reload(): Promise<void> {
    await this.tab.reload();
    await this.isOnline();
  }

  close(): Promise<void> {
    return this.tab.close();
  }

  #textOf(selector: string): Promise<string> {
    return this.tab.launched.guard(
      this.tab.page.$eval(selector, (element) => (element as HTMLElement).textContent),
    );
  }
}

async function selectAll({ page }: Tab): Promise<void> {
  await page.keyboard.down('Control');
  await page.keyboard.press('a');
  await page.keyboard.up('Control');
}

/** Runs in the page; true when the piece was found and is selected. */
function selectInEditor(piece: string): boolean {
  const editor = document.querySelector<HTMLElement>('.cm-content');
  if (!editor) return false;
  editor.focus();
  const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const start = node.textContent?.indexOf(piece) ?? -1;
    if (start < 0) continue;
    getSelection()?.setBaseAndExtent(node, start, node, start + piece.length);
    return true;
  }
  return false;
}
