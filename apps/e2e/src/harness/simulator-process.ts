import path from 'node:path';
import { z } from 'zod';
import { CHECKOUT } from './checkout.js';
import { Child } from './child.js';
import { until } from './until.js';

const MAIN = path.join(CHECKOUT, 'dist/apps/terraform-simulator/src/main.js');
const READY_WITHIN_MS = 30_000;

const violation = z.object({ code: z.string(), taskResultId: z.string().nullable(), detail: z.string() });

const outcome = z.object({
  attributes: z.object({
    'outcome-id': z.string(),
    description: z.string(),
    tags: z.record(z.string(), z.array(z.object({ label: z.string(), level: z.string().optional() }))).optional(),
  }),
});

const history = z.object({
  taskResultId: z.string(),
  status: z.enum(['pending', 'running', 'passed', 'failed', 'errored', 'canceled', 'unreachable']),
  message: z.string().nullable(),
  outcomes: z.array(outcome),
  workspaceName: z.string(),
  progressBy: z.string(),
  finalBy: z.string(),
  finishedAt: z.string().nullable(),
  callbacks: z.array(
    z.object({
      at: z.string(),
      status: z.string().nullable(),
      body: z.unknown(),
      applied: z.boolean(),
      answered: z.union([z.number(), z.enum(['reset', 'hang'])]).nullable(),
    }),
  ),
  downloads: z.array(z.object({ endpoint: z.string() })),
  requests: z.array(z.object({ status: z.number().nullable() })),
});

const started = z.object({ taskResultId: z.string(), accepted: z.boolean(), status: z.number().nullable() });
const organization = z.object({
  tasks: z.array(z.object({ id: z.string(), name: z.string(), url: z.string() })),
  workspaceTasks: z.array(z.object({ stages: z.array(z.string()), enforcementLevel: z.string() })),
});
const token = z.object({ token: z.string() });
const answered = z.object({ status: z.number().nullable() });
const registered = z.object({ accepted: z.boolean(), status: z.number().nullable() });

/** What the simulated Terraform saw of one task result. */
export type History = z.infer<typeof history>;
/** A promise of the protocol that was broken. */
export type Violation = z.infer<typeof violation>;
/** A hook, and everything else that the control API takes for a run. */
export type RunOptions = Readonly<Record<string, unknown>> & Hook;

/** Where a Terraform sends requests, and the key that it signs them with. */
export interface Hook {
  readonly hookUrl: string;
  readonly hmacKey: string;
}

/** A simulated Terraform in a process of its own, steered over its control API. */
export class Simulator {
  constructor(readonly origin: string) {}

  /** Sends the request of a run; resolves when the hook took it, or the tries are used up. */
  async start(options: RunOptions): Promise<z.infer<typeof started>> {
    return started.parse(await this.#post('/runs', options));
  }

  async register({ hookUrl, hmacKey }: Hook): Promise<z.infer<typeof registered>> {
    return registered.parse(await this.#post('/registration', { hookUrl, hmacKey }));
  }

  /** Makes an organization with workspaces, and a token for its API. */
  async createOrganization(name: string, workspaces: readonly string[]): Promise<string> {
    await this.#post('/organizations', { name, workspaces });
    return token.parse(await this.#post('/tokens', { organization: name })).token;
  }

  /** What an organization holds. */
  async organization(name: string): Promise<z.infer<typeof organization>> {
    return organization.parse(await this.#ask(`/organizations/${name}`));
  }

  /** Sends the request of a run that calls a run task of an organization. */
  async startRunOf(taskId: string, options: object): Promise<z.infer<typeof started>> {
    return started.parse(await this.#post(`/tasks/${taskId}/runs`, options));
  }

  async cancel(taskResultId: string): Promise<void> {
    await this.#post(`/runs/${taskResultId}/cancel`, {});
  }

  async history(taskResultId: string): Promise<History> {
    return history.parse(await this.#ask(`/runs/${taskResultId}`));
  }

  /** Of every run so far. */
  async histories(): Promise<readonly History[]> {
    return z.array(history).parse(await this.#ask('/runs'));
  }

  /** Sends the identical request of a run once more; what the hook answered. */
  async sendAgain(taskResultId: string): Promise<number | null> {
    return answered.parse(await this.#post(`/runs/${taskResultId}/again`, {})).status;
  }

  /** Every broken promise so far, of all runs. */
  async violations(): Promise<readonly Violation[]> {
    return z.array(violation).parse(await this.#ask('/violations'));
  }

  #post(route: string, body: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return this.#ask(route, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async #ask(route: string, init: RequestInit = {}): Promise<unknown> {
    const answer = await fetch(`${this.origin}/_simulator${route}`, init);
    const body: unknown = await answer.json();
    if (!answer.ok) throw new Error(`the simulator answered ${route} with ${answer.status}: ${JSON.stringify(body)}`);
    return body;
  }
}

/** Starts a simulator and waits until it listens; `publicOrigin` is what it names where another stands before it. */
export async function startSimulator(publicOrigin?: string): Promise<Simulator> {
  const child = new Child([MAIN, ...(publicOrigin === undefined ? [] : ['--public-origin', publicOrigin])], {});
  const origin = await until('the simulator', READY_WITHIN_MS, () => {
    if (child.exit !== null) throw new Error(`the simulator ended before it was ready: ${child.stderr}`);
    return /^Terraform simulator is ready at (\S+)$/m.exec(child.stdout)?.[1] ?? null;
  });
  return new Simulator(origin);
}
