import type { z } from 'zod';
import type { Page } from '../paging.js';
import { NDJSON, REQUEST_ID_HEADER, type Route } from '../routes/route.js';
import { contentOf, parseJson, readAnswer, refusal, type Answers } from './answer.js';
import { ManagementApiError } from './api-error.js';
import { linesOf } from './lines.js';
import { targetOf } from './request.js';

/** Sends one request: `fetch`, or what wraps it. */
export type Send = (url: string, request: HttpRequest) => Promise<Response>;

/** A request as `fetch` takes it. */
export interface HttpRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** Where the management API is and who asks. */
export interface ManagementClientOptions {
  /** The public URL, without `/api/v1`. */
  readonly url: string;
  /** Null in a browser: the session's cookie says who asks, and a header that no other site can set says from where. */
  readonly token: string | null;
  readonly send: Send;
}

/** A route, as far as its types tell what it takes and answers. */
interface Callable<Params, Query, Body, Answer> extends Answers<Answer> {
  readonly method: Route['method'];
  readonly path: Route['path'];
  readonly params: z.ZodType<Params>;
  readonly query: z.ZodType<Query>;
  readonly body: z.ZodType<unknown, Body>;
}

/** What every call takes. */
export interface Asked<Params, Query> {
  readonly params: Params;
  readonly query?: Partial<Query>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a call with a body takes. */
export interface Sent<Params, Query, Body> extends Asked<Params, Query> {
  readonly body: Body;
}

/** An answer, read by the shape of its route. */
export interface Answered<Answer> {
  readonly status: number;
  readonly body: Answer;
  /** For `If-Match`; null when the answer has none. */
  readonly etag: string | null;
}

/** Calls the management API by the routes of the contract; whatever fails is a `ManagementApiError`. */
export class ManagementClient {
  constructor(private readonly options: ManagementClientOptions) {}

  call<Params, Query, Answer>(
    route: Callable<Params, Query, undefined, Answer>,
    input: Asked<Params, Query>,
  ): Promise<Answered<Answer>>;
  call<Params, Query, Body, Answer>(
    route: Callable<Params, Query, Body, Answer>,
    input: Sent<Params, Query, Body>,
  ): Promise<Answered<Answer>>;
  async call<Answer>(
    route: Callable<unknown, unknown, unknown, Answer>,
    input: Asked<unknown, unknown> & { readonly body?: unknown },
  ): Promise<Answered<Answer>> {
    const { body } = input;
    const content = body === undefined ? null : { type: 'application/json', body: JSON.stringify(body) };
    const response = await this.#send(route, input, content);
    const answer = readAnswer(route, response.status, await contentOf(response));
    return { status: response.status, body: answer, etag: response.headers.get('etag') };
  }

  /** Every item of a list, page after page. */
  async *list<Params, Query, Item>(
    route: Callable<Params, Query, undefined, Page<Item>>,
    input: Asked<Params, Query>,
  ): AsyncGenerator<Item, void, undefined> {
    let cursor: string | null = null;
    do {
      const query = { ...input.query, ...(cursor === null ? {} : { cursor }) };
      const response: Response = await this.#send(route, { ...input, query }, null);
      const page: Page<Item> = readAnswer(route, response.status, await contentOf(response));
      yield* page.items;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** Sends lines of NDJSON as they are written, and yields the line that answers each, as soon as it comes. */
  async *exchange<Params, Query, Answer>(
    route: Callable<Params, Query, unknown, Answer>,
    input: Asked<Params, Query> & { readonly lines: readonly string[] },
  ): AsyncGenerator<Answer, void, undefined> {
    const body = input.lines.map((line) => `${line}\n`).join('');
    const response = await this.#send(route, input, { type: NDJSON, body });
    for await (const line of linesOf(response)) yield readAnswer(route, response.status, parseJson(line));
  }

  async #send(
    { method, path }: Pick<Route, 'method' | 'path'>,
    { params, query, headers = {} }: Asked<unknown, unknown>,
    content: { readonly type: string; readonly body: string } | null,
  ): Promise<Response> {
    const { url, token, send } = this.options;
    const request: HttpRequest = {
      method: method.toUpperCase(),
      headers: {
        ...(token === null ? sessionHeaders(method) : { authorization: `Bearer ${token}` }),
        ...(content === null ? {} : { 'content-type': content.type }),
        ...headers,
      },
      ...(content === null ? {} : { body: content.body }),
    };
    const target = `${url.replace(/\/+$/, '')}${targetOf(path, params, query)}`;
    const response = await send(target, request).catch((cause: unknown) => {
      throw new ManagementApiError('unreachable', `No answer from ${url}: ${reasonOf(cause)}.`, null, { cause });
    });
    if (response.ok) return response;
    throw refusal(response.status, await contentOf(response), response.headers.get(REQUEST_ID_HEADER));
  }
}

/** What the API asks of whoever changes something with a cookie: that no form of another site could have sent it. */
function sessionHeaders(method: Route['method']): Readonly<Record<string, string>> {
  return method === 'get' ? {} : { 'x-rungate-request': '1', 'content-type': 'application/json' };
}

/** `fetch` says "fetch failed" and keeps the reason to itself. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return String(inner);
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}
