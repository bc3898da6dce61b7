import { setTimeout as sleep } from 'node:timers/promises';
import { EgressError, parseOrigin, parseUrl, type Egress, type EgressAnswer } from '@rungate/egress';
import { plain, plainText, type OriginGrant } from '@rungate/run-task';
import type { z } from 'zod';
import { retryAfterMs } from '../retry-after.js';
import type { ListPage } from './documents.js';
import { jsonIn } from './json-in.js';
import { refusal } from './refusal.js';
import { SetupError } from './setup-error.js';

/** How patient the client is. */
export interface SetupLimits {
  /** One request, from the call to the end of its answer. */
  readonly requestTotalMs: number;
  /** Least time between two requests: Terraform takes 30 a second of one person, and others use the token, too. */
  readonly spacingMs: number;
  /** Longest pause that a 429 is waited for. */
  readonly longestPauseMs: number;
}

/** Whose Terraform it is, and who asks. */
export interface SetupAccess {
  readonly organizationId: string;
  readonly terraformOrigin: string;
  /** What the organization may reach there. */
  readonly grants: readonly OriginGrant[];
  /** Host of our own that Terraform will call. */
  readonly hookHost: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

/** A request below `/api/v2`. */
interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Encoded. */
  readonly path: string;
  readonly body?: object;
}

/** An answer, read to its end. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

const JSON_API = 'application/vnd.api+json';
/** A page of a hundred run tasks is some 200 KB. */
const ANSWER_BYTES = 8 * 1_048_576;
const PAGE_SIZE = 100;
const MOST_PAGES = 100;
const TRIES = 5;
const DEFAULT_PAUSE_MS = 1_000;

/** Terraform's API for one token: one request after the other, no faster than it may, again after 429, and nowhere else. */
export class TerraformApi {
  #nextAt = 0;

  constructor(
    private readonly egress: Egress,
    private readonly limits: SetupLimits,
    private readonly access: SetupAccess,
  ) {}

  /** @throws SetupError for every answer but a good one. */
  async read<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    return this.#parse((await this.#good({ method: 'GET', path })).text, shape);
  }

  /** Every item of a list. @throws SetupError */
  async *list<T>(path: string, shape: z.ZodType<ListPage<T>>): AsyncGenerator<T, void, undefined> {
    for (let page = 1; page <= MOST_PAGES; page++) {
      const { data, meta } = await this.read(`${path}?page%5Bnumber%5D=${page}&page%5Bsize%5D=${PAGE_SIZE}`, shape);
      yield* data;
      if (typeof meta?.pagination['next-page'] !== 'number') return;
    }
  }

  /** Writes; what is answered besides the status does not matter: releases differ. @throws SetupError */
  async write(call: Call & { readonly method: 'POST' | 'PATCH' }): Promise<void> {
    await this.#good(call);
  }

  /** Writes, and reads the answer. @throws SetupError */
  async create<T>(path: string, body: object, shape: z.ZodType<T>): Promise<T> {
    return this.#parse((await this.#good({ method: 'POST', path, body })).text, shape);
  }

  #parse<T>(text: string, shape: z.ZodType<T>): T {
    const parsed = shape.safeParse(jsonIn(text));
    if (parsed.success) return parsed.data;
    const { terraformOrigin } = this.access;
    throw new SetupError('unreachable', plain`${terraformOrigin} does not answer as Terraform does. Is it one?`);
  }

  async #good(call: Call): Promise<Answer> {
    const answer = await this.#answer(call);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const { terraformOrigin: origin, hookHost, token } = this.access;
    throw refusal({ ...answer, origin, hookHost, token });
  }

  /** Tries again what was not looked at (429), and what may be asked twice. */
  async #answer(call: Call): Promise<Answer> {
    for (let tried = 1; ; tried++) {
      await this.#turn();
      const answer = await this.#send(call);
      const pauseMs = pauseAfter(answer, call.method === 'GET');
      if (pauseMs === null) return { status: answer.status, text: await textOf(answer) };
      const text = await textOf(answer);
      if (tried === TRIES || pauseMs > this.limits.longestPauseMs) return { status: answer.status, text };
      await this.#pause(pauseMs);
    }
  }

  async #send({ method, path, body }: Call): Promise<EgressAnswer> {
    const { organizationId, terraformOrigin, grants, token, signal } = this.access;
    const origin = parseOrigin(terraformOrigin, this.egress);
    if (!origin.ok) throw new SetupError('unreachable', plain`The Terraform origin ${origin.reason}.`);
    const url = parseUrl(`${terraformOrigin}/api/v2${path}`, { ...this.egress, ports: [origin.url.port] });
    if (!url.ok) throw new SetupError('refused', plain`A name cannot be part of an address: it ${url.reason}.`);
    const { requestTotalMs: totalMs } = this.limits;
    try {
      return await this.egress.request({
        organizationId,
        purpose: { kind: 'setup', origins: grants },
        method,
        url: url.url,
        headers: {
          authorization: `Bearer ${token}`,
          accept: JSON_API,
          ...(body === undefined ? {} : { 'content-type': JSON_API }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        limits: { totalMs, idleMs: totalMs, bodyBytes: ANSWER_BYTES },
        signal,
      });
    } catch (error) {
      throw unreachable(error);
    }
  }

  async #turn(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.limits.spacingMs;
    if (at > now) await this.#pause(at - now);
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.access.signal }).catch((error: unknown) => {
      throw unreachable(error);
    });
  }
}

/** How long to wait before the request is sent again; null for an answer that stands. */
function pauseAfter(answer: EgressAnswer, isRepeatable: boolean): number | null {
  if (answer.status !== 429 && !(isRepeatable && answer.status >= 500)) return null;
  const reset = Number(answer.header('x-ratelimit-reset') ?? Number.NaN);
  const asked = retryAfterMs(answer.header('retry-after'), answer.header('date'));
  return asked ?? (Number.isFinite(reset) && reset >= 0 ? reset * 1_000 : DEFAULT_PAUSE_MS);
}

async function textOf({ body }: EgressAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch (error) {
    throw unreachable(error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Our own words about the connection: they name the host, and never the token. */
function unreachable(error: unknown): SetupError {
  const detail = error instanceof EgressError ? error.message : 'the request was stopped';
  return new SetupError('unreachable', plain`Terraform gave no answer: ${plainText(detail, 200)}.`, null, {
    cause: error,
  });
}
