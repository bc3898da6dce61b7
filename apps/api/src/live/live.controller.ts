import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type LiveBoardBody, type LiveLoadBody } from '@rungate/contract';
import type { LiveTaskResult } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { runUrlOf } from '../task-result/run-url.js';

/** A deadline within so many milliseconds is near. */
const AT_RISK_MS = 120_000;
/** What the load is told for. */
const LOAD = { minutes: 60, organizations: 50 };

/** `/live`. */
@Controller()
export class LiveController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Endpoint(routes.getLive)
  async board(@Req() request: FastifyRequest): Promise<LiveBoardBody> {
    const { limit, ...filter } = readInput(routes.getLive, request).query;
    const { live, timeScale } = this.options;
    const atRiskWithinMs = AT_RISK_MS * timeScale;
    const [numbers, { now, rows }] = await Promise.all([
      live.numbers(atRiskWithinMs),
      live.inFlight(filter, limit + 1),
    ]);
    const items = rows.slice(0, limit).map(presentLive);
    return { now: now.toISOString(), atRiskWithinMs, numbers, items, isCut: rows.length > limit };
  }

  @Endpoint(routes.getLiveLoad)
  async load(): Promise<LiveLoadBody> {
    return { organizations: await this.options.live.load(LOAD.minutes, LOAD.organizations) };
  }
}

function presentLive(row: LiveTaskResult): LiveBoardBody['items'][number] {
  const { id, organization, runTask, facts, state, step, attempt, sent, worker, heldBy, deadlineProfile } = row;
  return {
    id,
    organization,
    runTask,
    runId: facts.run_id,
    runUrl: runUrlOf(facts, row.terraformOrigin),
    workspaceName: facts.workspace_name,
    stage: facts.stage,
    enforcementLevel: facts.task_result_enforcement_level,
    state,
    step,
    attempt,
    sent,
    worker,
    heldBy,
    deadlineProfile,
    receivedAt: row.receivedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    progressBy: row.progressBy.toISOString(),
    finalBy: row.finalBy.toISOString(),
  };
}
