import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type SystemBody } from '@rungate/contract';
import type { HostState, WorkerAtWork } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** `/system`. */
@Controller()
export class SystemController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Endpoint(routes.getSystem)
  async get(@Req() request: FastifyRequest): Promise<SystemBody> {
    readInput(routes.getSystem, request);
    const { system, figures, aboutProcess, development, bootstrapToken } = this.options;
    const [about, work, state] = await Promise.all([aboutProcess(), figures.workFigures(), system.systemState()]);
    const { version, queueBackend, ...process } = about;
    return {
      version,
      development,
      process,
      queue: { backend: queueBackend, ...work },
      database: { version: state.databaseVersion, latencyMs: state.databaseMs, migration: state.migration },
      workers: state.workers.map(presentWorker),
      hosts: state.hosts.map(presentHost),
      warnings: [
        ...(development ? ['Development sign-in is on: nobody but this machine may reach this.'] : []),
        ...(bootstrapToken !== null && state.hasOwner
          ? ['The bootstrap token is still set although an owner has signed in: take RUNGATE_BOOTSTRAP_TOKEN away.']
          : []),
        ...(process.isolation?.shortfall == null ? [] : [process.isolation.shortfall]),
      ],
    };
  }
}

function presentWorker({ id, taskResults }: WorkerAtWork): SystemBody['workers'][number] {
  return {
    id,
    taskResults: taskResults.map(({ since, leaseUntil, ...rest }) => ({
      ...rest,
      since: since?.toISOString() ?? null,
      leaseUntil: leaseUntil.toISOString(),
    })),
  };
}

function presentHost({ lastAt, ...host }: HostState): SystemBody['hosts'][number] {
  return { ...host, lastAt: lastAt.toISOString() };
}
