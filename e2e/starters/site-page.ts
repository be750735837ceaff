import type { ElementHandle, Frame } from 'puppeteer-core';
import type { Visitor } from '../instance/visitor.ts';

const EXPECTED_ERRORS = [
  // Firefox, of a page that is left while parts of it arrive.
  'A ServiceWorker intercepted the request and encountered an unexpected error',
  // Chromium, of a form that the site gives back with what is wrong in it.
  'responded with a status of 422',
];

/** A visited site's page, found and used by its accessible names. */
export class SitePage {
  constructor(readonly visitor: Visitor) {}

  get frame(): Frame {
    return this.visitor.frame;
  }

  /** Waits until the page shows the text. */
  sees(text: string): Promise<void> {
    return this.visitor.sees(text);
  }

  /** Waits until the page shows the text no more. */
  async seesNoMore(text: string): Promise<void> {
    await this.#until(
      `the site without "${text}"`,
      async () => !(await this.text()).includes(text),
    );
  }

  /** What the page shows. */
  text(): Promise<string> {
    return this.#guard(this.frame.evaluate(() => document.body.innerText));
  }

  /** Errors on the console, without what browsers say of a site that behaves well. */
  unexpectedErrors(): string[] {
    return this.visitor.consoleErrors.filter(
      (text) => !EXPECTED_ERRORS.some((expected) => text.includes(expected)),
    );
  }

  /** Waits until somebody with a screen reader would find this. */
  async find(role: string, name: string): Promise<ElementHandle<Element>> {
    await this.#toFront();
    return this.#until(`the ${role} "${name}" of the site`, async () => {
      return (await this.frame.$(`::-p-aria([name="${name}"][role="${role}"])`)) ?? undefined;
    });
  }

  /** Clicks; pages that are put in anew meanwhile are asked again for what is to be clicked. */
  async press(name: string, role = 'button'): Promise<void> {
    await this.#toFront();
    await this.#until(`the ${role} "${name}" of the site, to press it`, async () => {
      const element = await this.frame.$(`::-p-aria([name="${name}"][role="${role}"])`);
      await element?.click();
      return element !== null;
    });
  }

  /** Types into a field, in the place of what it holds. */
  async fill(name: string, text: string, role = 'textbox'): Promise<void> {
    const field = await this.find(role, name);
    await this.#guard(field.evaluate((element) => (element as HTMLInputElement).select()));
    await this.#guard(field.type(text));
  }

  /** Types into the page's only field for a password, whose role Firefox names otherwise. */
  async fillPassword(password: string): Promise<void> {
    const field = await this.#until('a field for a password', async () => {
      return (await this.frame.$('input[type=password]')) ?? undefined;
    });
    await this.#guard(field.type(password));
  }

  /** Chooses from a list by what it shows. */
  async choose(name: string, option: string): Promise<void> {
    const list = await this.find('combobox', name);
    const value = await this.#guard(
      list.evaluate((element, shown) => {
        const options = [...(element as HTMLSelectElement).options];
        return options.find((one) => one.text.trim() === shown)?.value;
      }, option),
    );
    if (value === undefined) throw new Error(`The list "${name}" has no "${option}".`);
    await this.#guard(list.select(value));
  }

  /** Goes to another address of the site. @param arrival where it leads, when that is elsewhere */
  async goTo(path: string, arrival = path): Promise<void> {
    await this.#guard(
      this.frame.evaluate((address) => {
        // The page before may have the same address.
        Reflect.set(window, 'isOld', true);
        location.href = address;
      }, path),
    );
    await this.#until(`the page at ${arrival}`, () =>
      this.frame.evaluate(
        (address) =>
          !Reflect.has(window, 'isOld') &&
          location.pathname === address &&
          document.readyState === 'complete',
        arrival,
      ),
    );
  }

  /** `until` for what this class has no words for. */
  until<T>(what: string, probe: (frame: Frame) => Promise<T | undefined | false>): Promise<T> {
    return this.#until(what, () => probe(this.frame));
  }

  async #toFront(): Promise<void> {
    await this.#guard(this.visitor.tab.page.bringToFront());
  }

  #guard<T>(work: Promise<T>): Promise<T> {
    return this.visitor.tab.launched.guard(work);
  }

  #until<T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> {
    const describe = async () => `${await this.visitor.frameAddress()}\n${await this.text()}`;
    return this.visitor.tab.until(what, probe, { describe });
  }
}
