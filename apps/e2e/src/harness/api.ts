import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { API_PREFIX, routes } from '@rungate/contract';
import type { Rungate } from './rungate-process.js';
import type { Hook } from './simulator-process.js';
import { until } from './until.js';

const SETTLED_WITHIN_MS = 60_000;

const detail = routes.getTaskResult.responses[200].shape;
const list = routes.listTaskResults.responses[200].shape;
const created = z.object({ hookUrl: z.string(), hmacKey: z.string() });

/** A task result as the management API shows it. */
export type TaskResultDetail = z.infer<typeof detail>;

/** An answer of the management API. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The management API, asked with the bootstrap token: that of the data directory unless another is given. */
export class Api {
  readonly #url: string;
  readonly #token: string;

  constructor({ url, dataDir }: Pick<Rungate, 'url' | 'dataDir'>, token?: string) {
    this.#url = `${url}${API_PREFIX}`;
    this.#token = token ?? readFileSync(path.join(dataDir, 'bootstrap-token'), 'utf8').trim();
  }

  /** Any call, whatever the answer. */
  async call(method: string, route: string, body?: unknown): Promise<ApiAnswer> {
    const answer = await fetch(`${this.#url}${route}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, body: isJson ? JSON.parse(text) : text };
  }

  /** Sends a batch of organizations; the answers to its lines. @throws Error when it is refused as a whole */
  async batch(lines: readonly object[]): Promise<readonly unknown[]> {
    const answer = await fetch(`${this.#url}/organizations:batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/x-ndjson' },
      body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the batch was answered ${answer.status}: ${text}`);
    return text
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  }

  /** Creates a run task, and the organization when it is new. @throws Error with the answer when it is refused */
  async createRunTask(organization: string, name: string, desired: object): Promise<Hook> {
    await this.#insist('PUT', `/organizations/${organization}`, {});
    const route = `/organizations/${organization}/run-tasks/${name}`;
    const { hookUrl, hmacKey } = created.parse(await this.#insist('PUT', route, desired));
    return { hookUrl, hmacKey };
  }

  /** Our ids of what is stored under the caller's. */
  async idsOf(taskResultId: string): Promise<readonly string[]> {
    const answer = await this.#insist('GET', `/task-results?taskResultId=${encodeURIComponent(taskResultId)}`);
    return list.parse(answer).items.map(({ id }) => id);
  }

  /** The only task result that is stored under the caller's id. */
  async find(taskResultId: string): Promise<TaskResultDetail> {
    const [id, ...others] = await this.idsOf(taskResultId);
    if (id === undefined || others.length > 0) {
      throw new Error(`${taskResultId} is stored ${id === undefined ? 0 : others.length + 1} times`);
    }
    return detail.parse(await this.#insist('GET', `/task-results/${id}`));
  }

  /** The same once its verdict is delivered, or given up. */
  async settled(taskResultId: string): Promise<TaskResultDetail> {
    return until(`${taskResultId} to be settled`, SETTLED_WITHIN_MS, async () => {
      const found = await this.find(taskResultId);
      return ['delivered', 'undeliverable'].includes(found.state) ? found : null;
    });
  }

  async #insist(method: string, route: string, body?: unknown): Promise<unknown> {
    // A process that was started anew closed the connection that is reused; each of these calls can be made again.
    const answer = await this.call(method, route, body).catch(() => this.call(method, route, body));
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${route} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}
