import type { BrowserContext, Locator, Page } from 'playwright-core';
import { until } from '../harness/until.js';
import { axeFindings } from './axe.js';
import { Watch, type WatchOptions } from './watch.js';

/** Longer than any page takes, on a machine that does other things as well. */
const SHOWN_WITHIN_MS = 15_000;

/** Somebody at a browser of their own, with one window. */
export class Person {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly watch: Watch,
    private readonly ours: string,
  ) {}

  /** Opens a window that nobody is signed in to. */
  static async at(context: BrowserContext, options: WatchOptions): Promise<Person> {
    context.setDefaultTimeout(SHOWN_WITHIN_MS);
    const watch = new Watch(context, options);
    return new Person(context, await context.newPage(), watch, options.ours);
  }

  /** Goes to a page by its address, and waits until it stands. */
  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.ours}${path}`);
    await this.settled();
  }

  /** Goes where a link of the page leads. */
  async follow(link: Locator): Promise<void> {
    await link.click();
    await this.settled();
  }

  /** Everything that the page asked for is there, and drawn. */
  async settled(): Promise<void> {
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
    await until('the page to have its answers', SHOWN_WITHIN_MS, async () => {
      await this.page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      return this.watch.isQuiet || null;
    });
  }

  /** Waits for a text to be seen. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Presses a button by its name. */
  async press(name: string | RegExp): Promise<void> {
    await this.button(name).click();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole('link', { name });
  }

  /** Waits until the page has a title. */
  async titled(title: string | RegExp): Promise<void> {
    const options = typeof title === 'string' ? { name: title, exact: true } : { name: title };
    await this.page.getByRole('heading', { level: 1, ...options }).waitFor();
    await this.settled();
  }

  /** The names and values of a panel of facts. */
  async facts(panel: string): Promise<Readonly<Record<string, string>>> {
    const facts = this.page.getByRole('region', { name: panel });
    const names = await facts.getByRole('term').allInnerTexts();
    const values = await facts.getByRole('definition').allInnerTexts();
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  }

  /** Signs in again where the page asks for it, and comes back to it. */
  async provesAgain(persona: string): Promise<void> {
    const { href } = new URL(this.page.url());
    await this.link('Sign in again').click();
    await this.page.getByRole('button', { name: persona }).click();
    await this.page.waitForURL(href);
    await this.settled();
  }

  /** Waits until a fact of a panel is so. */
  async seesFact(panel: string, name: string, value: string): Promise<void> {
    await until(
      `${name} to be ${value}`,
      SHOWN_WITHIN_MS,
      async () => (await this.facts(panel))[name] === value || null,
    );
  }

  /** What axe finds on the page. */
  axe(): Promise<readonly string[]> {
    return axeFindings(this.page);
  }
}
