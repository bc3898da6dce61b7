import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Closing } from './closing.js';
import { postRequest } from './load.js';

/** A hook as its caller knows it. */
export interface BenchHook {
  readonly url: string;
  readonly hmacKey: string;
}

/** Stands in for HCP Terraform where its strictness would cost more than what is measured: signs, serves, and counts. */
export class BenchTerraform {
  readonly #waiting = new Map<string, (at: number) => void>();
  #serial = 0;
  origin = '';
  /** Final callbacks that arrived twice, or for nobody: a bench that sees one measured nothing. */
  strays = 0;

  private constructor(private readonly plan: Buffer) {}

  /** @param plan what every plan URL answers */
  static async start(plan: Buffer, closing: Closing): Promise<BenchTerraform> {
    const terraform = new BenchTerraform(plan);
    const server = createServer((request, response) => {
      terraform.#answer(request, response);
    });
    server.keepAliveTimeout = 60_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    terraform.origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    return terraform;
  }

  /** A signed request of a task result that nobody has seen, and the moment when its verdict arrives. */
  newRequest(hook: BenchHook): { readonly request: Buffer; readonly delivered: Promise<number> } {
    const id = `${++this.#serial}-${randomBytes(6).toString('hex')}`;
    const delivered = new Promise<number>((resolve) => this.#waiting.set(id, resolve));
    return { request: this.#request(hook, id), delivered };
  }

  #request(hook: BenchHook, id: string): Buffer {
    const body = Buffer.from(JSON.stringify(bodyOf(this.origin, id)));
    const signature = createHmac('sha512', hook.hmacKey).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-tfc-task-signature': signature };
    return postRequest(new URL(hook.url).pathname, headers, body);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = '' } = request;
    if (method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': this.plan.length });
      response.end(this.plan);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (Buffer.concat(chunks).includes('"passed"')) this.#delivered(url);
      response.writeHead(200, { 'content-length': 0 }).end();
    });
  }

  #delivered(url: string): void {
    const id = url.split('/')[4] ?? '';
    const resolve = this.#waiting.get(id);
    if (resolve === undefined) this.strays++;
    this.#waiting.delete(id);
    resolve?.(performance.now());
  }
}

/** About 2 kB, as HCP Terraform sends for a run from version control. */
function bodyOf(origin: string, id: string): Record<string, unknown> {
  const workspace = `${origin}/app/bench/network-production`;
  return {
    payload_version: 1,
    access_token: `bench.atlasv1.${'t'.repeat(64)}`,
    stage: 'post_plan',
    is_speculative: false,
    task_result_id: `taskrs-${id}`,
    task_result_enforcement_level: 'mandatory',
    task_result_callback_url: `${origin}/api/v2/task-results/${id}/callback`,
    run_app_url: `${workspace}/runs/run-${id}`,
    run_id: `run-${id}`,
    run_message: `Merge pull request #4711 from bench/rotate-certificates ${'x'.repeat(400)}`,
    run_created_at: '2026-11-22T00:00:00.000Z',
    run_created_by: 'bench-user',
    workspace_id: 'ws-benchbenchbench1',
    workspace_name: 'network-production',
    workspace_app_url: workspace,
    organization_name: 'bench',
    vcs_repo_url: 'https://git.example.com/bench/network',
    vcs_branch: 'main',
    vcs_pull_request_url: 'https://git.example.com/bench/network/pull/4711',
    vcs_commit_url: `https://git.example.com/bench/network/commit/${'a'.repeat(40)}`,
    vcs_commit_hash: 'a'.repeat(40),
    configuration_version_id: 'cv-benchbenchbench1',
    configuration_version_download_url: `${origin}/api/v2/configuration-versions/cv-benchbenchbench1/download`,
    workspace_working_directory: null,
    plan_json_api_url: `${origin}/api/v2/plans/plan-${id}/json-output`,
    capabilities: { outcomes: true },
    project_id: 'prj-benchbenchbench1',
    project_name: 'network',
    project_app_url: `${origin}/app/bench/projects/prj-benchbenchbench1`,
  };
}
