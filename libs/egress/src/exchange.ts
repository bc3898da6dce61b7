import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { EgressError } from './errors.js';
import { toEgressError } from './failure.js';

/** Headers of an answer, by lower-case name. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The start of an answer; `body` fails with an `EgressError`, also when nobody reads it yet. */
export interface Head {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

/** One request on its way through undici. Knows whether it reached a connection, and can be stopped at any moment. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly head: Promise<Head>;
  readonly #body: Readable;
  readonly #settle: { resolve: (head: Head) => void; reject: (error: Error) => void };
  #controller: Dispatcher.DispatchController | null = null;
  #failure: Error | null = null;
  #sent = false;
  #ended = false;

  /**
   * `ended` is called once, when the connection is no longer in use.
   * @param until nothing is sent after this moment of `performance.now()`, whether or not a timer has run by then
   */
  constructor(
    private readonly host: string,
    private readonly until: number,
    private readonly ended: () => void,
  ) {
    const { promise, resolve, reject } = withResolvers<Head>();
    this.head = promise;
    this.#settle = { resolve, reject };
    this.#body = new Readable({
      read: () => {
        this.#controller?.resume();
      },
      destroy: (error, done) => {
        this.#controller?.abort(error ?? new Error('the answer was not wanted'));
        this.#end();
        done(error);
      },
    });
    // Without a listener a failure that comes before the first read would end the process.
    this.#body.on('error', () => undefined);
  }

  fail(error: unknown): void {
    if (this.#failure !== null) return;
    const failure = toEgressError(error, { host: this.host, sent: this.#sent });
    this.#failure = failure;
    this.#settle.reject(failure);
    this.#body.destroy(failure);
  }

  /** undici calls this when it has a connection, before it writes the first byte. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // After a standstill of the process a connection may be ready before the timers are.
    if (performance.now() >= this.until) this.fail(new EgressError('timeout', `${this.host} was reached too late`));
    if (this.#failure !== null) {
      controller.abort(this.#failure);
      return;
    }
    this.#controller = controller;
    this.#sent = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.#settle.resolve({ status, headers, body: this.#body });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#body.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#controller = null;
    this.#body.push(null);
    this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.ended();
  }
}

function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
