import { randomUUID } from 'node:crypto';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import { routes, type RehearsalFacts, type RehearsedBody } from '@rungate/contract';
import { rehearse, type Rehearsal, type RunFacts } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readParams } from '../edge/read-input.js';
import { invalid } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { RunTasks, type FoundRunTask } from '../run-task/run-tasks.js';
import { readRehearsal, type RehearsalInput } from './read-rehearsal.js';
import { presentRehearsed } from './rehearsal.presenter.js';
import { Turns } from './turns.js';

/** Longest that a test may take: what a check may take in a run is not waited for. */
const TOTAL_MS = 120_000;

/** `/organizations/{org}/run-tasks/{name}/test`: a pure evaluation, which reaches nothing outside and stores nothing. */
@Controller()
export class RehearsalController {
  readonly #turns = new Turns();

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(RunTasks) private readonly runTasks: RunTasks,
  ) {}

  @Endpoint(routes.testRunTask)
  async test(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<RehearsedBody> {
    const found = await this.runTasks.named(request, readParams(routes.testRunTask, request));
    const gone = new AbortController();
    reply.raw.once('close', () => {
      gone.abort();
    });
    return this.#turns.take(found.organization.id, async () => {
      const input = await readRehearsal(request, found.organization.id, this.options);
      const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(TOTAL_MS)]);
      const rehearsed = await rehearse(this.options.rehearsals, rehearsalOf(found, input), { signal });
      if (rehearsed.refusal !== null) throw invalid([{ pointer: '/plan', detail: rehearsed.refusal }]);
      return presentRehearsed(found, input.facts, rehearsed);
    });
  }
}

function rehearsalOf({ organization, runTask }: FoundRunTask, { facts, plan }: RehearsalInput): Rehearsal {
  const { stage, workspace = '', project = null, branch = null, speculative } = facts;
  return {
    organizationId: organization.id,
    rehearsalId: `test-${randomUUID()}`,
    run: runOf(organization.slug, facts),
    known: { workspace_name: workspace, project_name: project, vcs_branch: branch, is_speculative: speculative },
    checks: runTask.checks.filter(({ stages }) => stages.includes(stage)),
    plan,
  };
}

/** What checks learn of the run: what the request says, and nothing else. */
function runOf(organizationName: string, { stage, workspace, branch, speculative }: RehearsalFacts): RunFacts {
  return {
    stage,
    organizationName,
    workspaceId: 'test',
    workspaceName: workspace ?? 'test',
    workspaceWorkingDirectory: null,
    runId: 'test',
    runMessage: null,
    runCreatedAt: null,
    runCreatedBy: null,
    isSpeculative: speculative,
    vcsBranch: branch ?? null,
    vcsRepoUrl: null,
    vcsCommitUrl: null,
    vcsPullRequestUrl: null,
  };
}
