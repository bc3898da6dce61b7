import { Controller, Inject, Req } from '@nestjs/common';
import type { Permission, Role } from '@rungate/access';
import { routes, type OperationBody, type OperationItemBody, type Page } from '@rungate/contract';
import type { NamedOperation, OperationKind } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { requirePermission, requireStepUp } from '../edge/authority.js';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { ApiError, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { presentItem, presentOperation } from './operation.presenter.js';

/** Task results of one operation at most, by who asks. */
const MOST: Partial<Readonly<Record<Role, number>>> = { admin: 2_000, editor: 500 };
const MOST_OF_PLATFORM = 10_000;
/** So many are started without a fresh proof of who asks. */
const WITHOUT_PROOF = 100;

/** What each kind takes beyond the permission for operations. */
const NEEDS: Readonly<Record<OperationKind, Permission>> = {
  resend: 'task-results.resend',
  reevaluate: 'task-results.reevaluate',
};

/** `/operations`. */
@Controller()
export class OperationController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Endpoint(routes.listOperations)
  list(@Req() request: FastifyRequest): Promise<Page<OperationBody>> {
    const { query } = readInput(routes.listOperations, request);
    const listScope = [requesterKey(request), routes.listOperations.path];
    return this.cursors.list(listScope, query, {
      rows: (slice) => this.options.operations.list(requesterOf(request).scope, slice.limit, slice.after),
      keyOf: ({ id }) => id,
      present: presentOperation,
    });
  }

  @Endpoint(routes.planOperation)
  async plan(@Req() request: FastifyRequest): Promise<OperationBody> {
    const { body } = readInput(routes.planOperation, request);
    const { principal, scope, actor: by } = requesterOf(request);
    requirePermission(principal, NEEDS[body.kind]);
    const most = MOST[principal.role] ?? MOST_OF_PLATFORM;
    return presentOperation(await this.options.operations.plan({ ...body, scope, by, most }));
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
    return this.cursors.list(listScope, query, {
      rows: async (slice) => {
        const { scope } = requesterOf(request);
        const after = slice.after === null ? null : Number(slice.after);
        return known(await this.options.operations.items({ scope, id, state, limit: slice.limit, after }));
      },
      keyOf: ({ position }) => String(position),
      present: presentItem,
    });
  }

  @Endpoint(routes.startOperation)
  async start(@Req() request: FastifyRequest): Promise<OperationBody> {
    const { id } = readInput(routes.startOperation, request).params;
    const { principal, scope, session } = requesterOf(request);
    const { kind, counts } = known(await this.options.operations.find(scope, id));
    requirePermission(principal, NEEDS[kind]);
    if (counts.pending > WITHOUT_PROOF) requireStepUp(session, this.options.clock.now());
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
