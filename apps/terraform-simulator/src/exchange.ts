import type { IncomingMessage, ServerResponse } from 'node:http';

/** One HTTP request and the way to answer it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}
