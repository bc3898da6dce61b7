import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { EgressError, type Egress, type EgressAnswer, type EgressUrl, type RequestLimits } from '@rungate/egress';
import {
  Bulkhead,
  grantsOf,
  type BulkheadLimits,
  type OpenOrigins,
  type OriginGrant,
  type PlanAnswer,
  type PlanRequest,
  type PlanSource,
} from '@rungate/run-task';
import { parseGrantUrl } from './grant-url.js';
import { judgeAnswer, judgeFailure, type Trouble } from './plan-trouble.js';
import { follow, type Hop } from './redirect.js';
import type { Spool } from './spool.js';

/** Limits of plan downloads, milliseconds and bytes. */
export interface DownloadLimits {
  /** Bytes of one plan, decoded. */
  readonly planBytes: number;
  /** One download without a byte. */
  readonly downloadIdleMs: number;
  /** One download in all. */
  readonly downloadTotalMs: number;
  /** No new download is started after this time. */
  readonly retryWindowMs: number;
  /** Wait before the second download; doubles, with jitter. */
  readonly retryBaseMs: number;
  /** Downloads under way at once in this process. */
  readonly downloads: BulkheadLimits;
}

/** What downloads need besides their limits. */
export interface PlanSourcePorts {
  readonly egress: Egress;
  readonly spool: Spool;
  /** Origins that need nobody's approval. */
  readonly openOrigins: OpenOrigins;
}

interface Download {
  readonly request: PlanRequest;
  readonly apiUrl: EgressUrl;
  /** What the organization may reach, redirects included. */
  readonly grants: readonly OriginGrant[];
}

type Attempt = Extract<PlanAnswer, { kind: 'fetched' }> | Trouble;

const NOT_APPROVED: PlanAnswer = {
  kind: 'unavailable',
  reason: 'The Terraform origin of the run task is not approved for this organization.',
};
const CROWDED: PlanAnswer = {
  kind: 'unavailable',
  reason:
    'The plan could not be downloaded. Too many slow downloads of this organization, or from this server, were under way.',
};
/** How often a download that waits for a place looks for one. */
const LOOK_AGAIN_MS = 100;
const STOPPED: PlanAnswer = { kind: 'unavailable', reason: 'The download of the plan was stopped.' };

/** Downloads plan JSON: from the API, by redirect and without the token from where it lies, to a file. */
export class SpooledPlanSource implements PlanSource {
  readonly #places: Bulkhead;

  constructor(
    private readonly ports: PlanSourcePorts,
    private readonly limits: DownloadLimits,
  ) {
    this.#places = new Bulkhead(limits.downloads);
  }

  async fetchPlan(request: PlanRequest, signal: AbortSignal): Promise<PlanAnswer> {
    const { url, terraformOrigin } = request;
    const parsed = parseGrantUrl({ kind: 'plan', url, terraformOrigin, options: this.ports.egress });
    if (!parsed.ok) return { kind: 'unavailable', reason: `The plan URL of the request ${parsed.reason}.` };
    const { terraformOrigin: own, downloadOrigins, originRecords } = request;
    const grants = grantsOf([own, ...downloadOrigins], originRecords, this.ports.openOrigins);
    if (!grants.some(({ origin }) => origin === own)) return NOT_APPROVED;
    const leave = await this.#enter(request, signal);
    if (leave === null) return signal.aborted ? STOPPED : CROWDED;
    try {
      return await this.#download({ request, apiUrl: parsed.url, grants }, signal);
    } finally {
      leave();
    }
  }

  /** Hosts that answer by drops hold up their own organization, and a part of the places. */
  async #enter(
    { organizationId, terraformOrigin: origin }: PlanRequest,
    signal: AbortSignal,
  ): Promise<(() => void) | null> {
    const end = performance.now() + this.limits.retryWindowMs;
    for (;;) {
      const leave = this.#places.enter({ organizationId, origin });
      if (leave !== null || signal.aborted || performance.now() > end) return leave;
      await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #download(download: Download, signal: AbortSignal): Promise<PlanAnswer> {
    const start = performance.now();
    for (let failures = 0; ; failures += 1) {
      const attempt = await this.#attempt(download, signal);
      if (attempt.kind === 'fetched') return attempt;
      if (signal.aborted) return STOPPED;
      const waitMs = this.limits.retryBaseMs * 2 ** failures * (0.5 + Math.random() / 2);
      const isOver = performance.now() - start + waitMs > this.limits.retryWindowMs;
      if (!attempt.again || isOver) return { kind: 'unavailable', reason: attempt.reason };
      // When the signal ends the wait, it ends the next attempt too.
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One download from the API URL on: a redirect target lives for a minute and is never kept. */
  async #attempt({ request, apiUrl, grants }: Download, signal: AbortSignal): Promise<Attempt> {
    const { egress } = this.ports;
    const end = performance.now() + this.limits.downloadTotalMs;
    const rules = { origins: grants.map(({ origin }) => origin), development: egress.development };
    let hop: Hop = { url: apiUrl, redirects: 0 };
    try {
      for (;;) {
        const answer = await egress.request({
          organizationId: request.organizationId,
          purpose: { kind: 'terraform', origins: grants },
          method: 'GET',
          url: hop.url,
          headers: headersFor(hop, request.accessToken),
          limits: this.#limitsUntil(end),
          signal,
        });
        if (answer.status === 200) return await this.#store(request.organizationId, answer);
        answer.discard();
        const next = follow(hop, answer, rules);
        if (next.kind === 'not_a_redirect') return judgeAnswer(answer.status, hop.redirects);
        if (next.kind === 'refused') return { kind: 'trouble', again: false, reason: next.reason };
        hop = next.hop;
      }
    } catch (error) {
      return judgeFailure(error);
    }
  }

  #limitsUntil(end: number): RequestLimits {
    const { downloadIdleMs, planBytes } = this.limits;
    return { totalMs: Math.max(1, Math.round(end - performance.now())), idleMs: downloadIdleMs, bodyBytes: planBytes };
  }

  async #store(organizationId: string, answer: EgressAnswer): Promise<Attempt> {
    if (Number(answer.header('content-length')) > this.limits.planBytes) {
      answer.discard();
      return judgeFailure(new EgressError('too_large', 'the plan is larger than allowed'));
    }
    const file = this.ports.spool.create(organizationId);
    try {
      for await (const chunk of answer.body) await file.write(chunk);
      return { kind: 'fetched', plan: file.finish() };
    } catch (error) {
      await file.remove();
      throw error;
    }
  }
}

/** The token goes to the API alone, not even to the same host behind a redirect: the link there carries its own. */
function headersFor({ redirects }: Hop, accessToken: string): Readonly<Record<string, string>> {
  return redirects === 0 ? { accept: 'application/json', authorization: `Bearer ${accessToken}` } : {};
}
