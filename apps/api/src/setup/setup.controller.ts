import { Controller, Header, Inject, Req } from '@nestjs/common';
import { routes, type SetupQuery } from '@rungate/contract';
import { curlKit, markdownKit, terraformKit, type SetupFacts, type SetupScope } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { hookUrlOf } from '../run-task/run-task.presenter.js';
import { RunTasks, type FoundRunTask } from '../run-task/run-tasks.js';

const KITS = { terraform: terraformKit, markdown: markdownKit, curl: curlKit } as const;

/** `/organizations/{org}/run-tasks/{name}/setup`. */
@Controller()
export class SetupController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(RunTasks) private readonly runTasks: RunTasks,
  ) {}

  // As plain text whatever the format: a browser runs and renders nothing of it.
  @Endpoint(routes.getRunTaskSetup)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Header('X-Content-Type-Options', 'nosniff')
  async get(@Req() request: FastifyRequest): Promise<string> {
    const { params, query } = readInput(routes.getRunTaskSetup, request);
    const found = await this.runTasks.named(request, params);
    return KITS[query.format](factsOf(found, query, this.options.publicUrl));
  }
}

function factsOf({ organization, runTask }: FoundRunTask, query: SetupQuery, publicUrl: string): SetupFacts {
  return {
    organization: organization.slug,
    runTask: runTask.name,
    hookUrl: hookUrlOf(runTask, publicUrl),
    terraformOrigin: runTask.terraformOrigin,
    keyFingerprint: runTask.hmacKeys.find(({ state }) => state === 'active')?.fingerprint ?? null,
    keyNumber: Math.max(1, runTask.hmacKeys.length),
    terraformOrganization: query.terraformOrganization ?? runTask.terraformOrganization ?? organization.slug,
    scope: scopeOf(query),
    stages: query.stage.length === 0 ? ['post_plan'] : query.stage,
    enforcement: query.enforcement,
    keyHandling: query.keyHandling,
    agentPoolId: query.agentPool ?? null,
  };
}

function scopeOf({ workspace: names, tag: tags }: SetupQuery): SetupScope {
  if (names.length > 0) return { kind: 'workspaces', names };
  return tags.length > 0 ? { kind: 'tags', tags } : { kind: 'global' };
}
