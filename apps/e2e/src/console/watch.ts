import type { BrowserContext, ConsoleMessage, Page, Request } from 'playwright-core';

/** Which of the browser's own complaints are expected, and where it may be led to sign in. */
export interface WatchOptions {
  readonly ours: string;
  readonly providers: readonly string[];
}

/** A page asked for what its reader may not see, or did not know yet whether somebody is signed in. */
const REFUSED = /^Failed to load resource: .* status of (401|403) /;

/**
 * Sees everything that a browser context does, and keeps what no page of the console may do: a request to another origin
 * (but going to a provider to sign in), an error in the console, which a violation of the content security policy is too,
 * and an exception that nobody caught.
 */
export class Watch {
  readonly #problems: string[] = [];
  readonly #allowed: RegExp[] = [REFUSED];
  readonly #pending = new Set<Request>();

  constructor(
    context: BrowserContext,
    private readonly options: WatchOptions,
  ) {
    context.on('request', (request) => {
      this.#judge(request);
      if (!isStream(request)) this.#pending.add(request);
    });
    context.on('requestfinished', (request) => this.#pending.delete(request));
    context.on('requestfailed', (request) => this.#pending.delete(request));
    context.on('console', (message) => {
      this.#hear(message);
    });
    context.on('page', (page) => {
      this.#follow(page);
    });
  }

  /** What happened that must not, so far. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Nothing but the stream of events is being waited for. */
  get isQuiet(): boolean {
    return this.#pending.size === 0;
  }

  /** The test itself does what the browser complains about. */
  allow(complaint: RegExp): void {
    this.#allowed.push(complaint);
  }

  #follow(page: Page): void {
    page.on('pageerror', (error) => this.#problems.push(`${page.url()}: ${error.message}`));
    // What a page that is left waited for never ends.
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.#pending.clear();
    });
  }

  #judge(request: Request): void {
    const url = new URL(request.url());
    const isOurs = url.origin === this.options.ours || ['data:', 'blob:', 'about:'].includes(url.protocol);
    if (isOurs || (request.isNavigationRequest() && this.options.providers.includes(url.origin))) return;
    this.#problems.push(`${request.frame().url()} asked another origin: ${request.method()} ${url.href}`);
  }

  #hear(message: ConsoleMessage): void {
    // What a provider's own page does is not ours.
    if (this.options.providers.some((origin) => message.location().url.startsWith(origin))) return;
    if (message.type() !== 'error' || this.#allowed.some((complaint) => complaint.test(message.text()))) return;
    this.#problems.push(`${message.location().url}: ${message.text()}`);
  }
}

function isStream(request: Request): boolean {
  return request.resourceType() === 'eventsource';
}
