import { createHmac } from 'node:crypto';
import { z } from 'zod';

/** A run task that the demo created, with what a Terraform must know of it. */
export interface CreatedRunTask {
  readonly organization: string;
  readonly name: string;
  readonly hookUrl: string;
  readonly hmacKey: string;
}

const runTaskSchema = z.object({ hookUrl: z.string() });
const taskResultsSchema = z.object({ items: z.array(z.object({ id: z.string(), state: z.string() })) });

/** The few calls of the management API that the demo makes, over HTTP as everybody else makes them. */
export class ManagementClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** The same secret at every start of the demo on one data directory: a PUT with another one would be a rotation. */
  derivedSecret(purpose: string): string {
    return createHmac('sha256', this.token).update(`demo ${purpose}`).digest('hex');
  }

  async putOrganization(slug: string, displayName: string): Promise<void> {
    await this.#call('PUT', `/organizations/${slug}`, { displayName });
  }

  async putRunTask(organization: string, name: string, desired: Readonly<Record<string, unknown>>): Promise<string> {
    const answer = await this.#call('PUT', `/organizations/${organization}/run-tasks/${name}`, desired);
    return runTaskSchema.parse(answer).hookUrl;
  }

  /** States of the task results that were stored under the caller's id: one, unless duplicates were not noticed. */
  async statesOf(taskResultId: string): Promise<readonly string[]> {
    const answer = await this.#call('GET', `/task-results?taskResultId=${encodeURIComponent(taskResultId)}`);
    return taskResultsSchema.parse(answer).items.map(({ state }) => state);
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  }
}
