/** A strategy of passport, as far as it is used here: what it decides it says by calling one of the five. */
export interface PassportStrategy {
  // Each strategy has types of Express for the two; what it is given is all that it reads.
  readonly authenticate: (request: never, options: never) => void;
}

/** What a strategy reads of a request. */
export interface StrategyRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly url: string;
  readonly originalUrl: string;
  readonly protocol: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
  /** What the strategy remembers between leaving and coming back: it writes here. */
  readonly session: Record<string, unknown>;
}

/** What a strategy decided. */
export type StrategyEnd =
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'success'; readonly user: unknown }
  /** The provider or the person said no. */
  | { readonly kind: 'fail' }
  | { readonly kind: 'error'; readonly error: unknown };

/** Runs a strategy without passport's middleware, which is Express's: its answer is a value, and the session is the caller's. */
export function runStrategy(strategy: PassportStrategy, request: StrategyRequest): Promise<StrategyEnd> {
  return new Promise((resolve) => {
    const run = {
      redirect(url: string): void {
        resolve({ kind: 'redirect', url });
      },
      success(user: unknown): void {
        resolve({ kind: 'success', user });
      },
      fail(): void {
        resolve({ kind: 'fail' });
      },
      error(error: unknown): void {
        resolve({ kind: 'error', error });
      },
      pass(): void {
        resolve({ kind: 'fail' });
      },
    };
    Object.setPrototypeOf(run, strategy);
    try {
      Reflect.apply(strategy.authenticate, run, [request, {}]);
    } catch (error) {
      resolve({ kind: 'error', error });
    }
  });
}
