import { Controller, Inject, Req } from '@nestjs/common';
import { routes, type OperationBody, type OperationItemBody, type Page } from '@rungate/contract';
import type { NamedOperation, Operation, OperationItem } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { ApiError, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** Task results of one operation at most. */
const MOST = 10_000;

/** `/operations`. */
@Controller()
export class OperationController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Endpoint(routes.listOperations)
  async list(@Req() request: FastifyRequest): Promise<Page<OperationBody>> {
    const { query } = readInput(routes.listOperations, request);
    const listScope = [requesterKey(request), routes.listOperations.path];
    const slice = this.cursors.slice(listScope, query);
    const rows = await this.options.operations.list(requesterOf(request).scope, slice.limit, slice.after);
    return this.cursors.page(listScope, slice, rows, { keyOf: ({ id }) => id, present: presentOperation });
  }

  @Endpoint(routes.planOperation)
  async plan(@Req() request: FastifyRequest): Promise<OperationBody> {
    const { body } = readInput(routes.planOperation, request);
    const { scope, actor: by } = requesterOf(request);
    return presentOperation(await this.options.operations.plan({ ...body, scope, by, most: MOST }));
  }

  @Endpoint(routes.getOperation)
  async get(@Req() request: FastifyRequest): Promise<OperationBody> {
    const { id } = readInput(routes.getOperation, request).params;
    return presentOperation(known(await this.options.operations.find(requesterOf(request).scope, id)));
  }

  @Endpoint(routes.listOperationItems)
  async items(@Req() request: FastifyRequest): Promise<Page<OperationItemBody>> {
    const { params, query } = readInput(routes.listOperationItems, request);
    const { id } = params;
    const { state } = query;
    const listScope = [requesterKey(request), routes.listOperationItems.path, id, state];
    const slice = this.cursors.slice(listScope, query);
    const { scope } = requesterOf(request);
    const after = slice.after === null ? null : Number(slice.after);
    const rows = known(await this.options.operations.items({ scope, id, state, limit: slice.limit, after }));
    return this.cursors.page(listScope, slice, rows, {
      keyOf: ({ position }) => String(position),
      present: presentItem,
    });
  }

  @Endpoint(routes.startOperation)
  async start(@Req() request: FastifyRequest): Promise<OperationBody> {
    const { id } = readInput(routes.startOperation, request).params;
    const operation = known(await this.options.operations.start(named(request, id)));
    if (operation.state === 'cancelled') throw new ApiError('conflict', 'It was cancelled. Plan it again.');
    return presentOperation(operation);
  }

  @Endpoint(routes.cancelOperation)
  async cancel(@Req() request: FastifyRequest): Promise<OperationBody> {
    const { id } = readInput(routes.cancelOperation, request).params;
    const operation = known(await this.options.operations.cancel(named(request, id)));
    if (operation.state === 'done') throw new ApiError('conflict', 'It is done: there is nothing left to cancel.');
    return presentOperation(operation);
  }
}

function named(request: FastifyRequest, id: string): NamedOperation {
  const { scope, actor: by } = requesterOf(request);
  return { scope, id, by };
}

function known<T>(found: T | null): T {
  if (found === null) throw notFound('operation');
  return found;
}

function presentOperation(operation: Operation): OperationBody {
  const { createdAt, startedAt, endedAt, counts, perSecond, ...shown } = operation;
  return {
    ...shown,
    counts,
    perSecond,
    estimatedSeconds: Math.ceil(counts.pending / perSecond),
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

function presentItem({ endedAt, ...item }: OperationItem): OperationItemBody {
  return { ...item, endedAt: endedAt?.toISOString() ?? null };
}
