import { Controller, Inject, Req } from '@nestjs/common';
import { PLATFORM_ROLES } from '@rungate/access';
import { routes, type OrganizationBody, type Page, type ViewBody } from '@rungate/contract';
import type { View } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Cursors } from '../edge/cursors.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { presentOrganization } from '../organization/organization.presenter.js';
import { Organizations } from '../organization/organizations.js';

/** `/organizations/{org}/views` and `/view`. */
@Controller()
export class ViewController {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(Organizations) private readonly organizations: Organizations,
  ) {}

  @Endpoint(routes.listViews)
  async list(@Req() request: FastifyRequest): Promise<Page<ViewBody>> {
    const { params, query } = readInput(routes.listViews, request);
    const { id } = await this.organizations.named(request, params.org);
    return this.cursors.list([requesterKey(request), routes.listViews.path, id], query, {
      rows: ({ limit, after }) => this.options.views.list(id, limit, after),
      keyOf: (view) => view.id,
      present: presentView,
    });
  }

  @Endpoint(routes.beginView)
  async begin(@Req() request: FastifyRequest): Promise<ViewBody> {
    const { params, body } = readInput(routes.beginView, request);
    const { session, actor: by } = requesterOf(request);
    if (session === null) throw new ApiError('forbidden', 'A token views nothing: a person signs in to do it.');
    const organization = await this.organizations.named(request, params.org);
    const begun = await this.options.views.begin({ organization, sessionId: session.id, ...body, by });
    if (begun === 'not_allowed')
      throw new ApiError('conflict', 'The organization does not let the platform view it. Its admins can change that.');
    return presentView(begun);
  }

  @Endpoint(routes.allowViews)
  async allow(@Req() request: FastifyRequest): Promise<OrganizationBody> {
    const { params, body } = readInput(routes.allowViews, request);
    const organization = await this.organizations.named(request, params.org);
    return presentOrganization(await this.options.views.allow(organization, body.allowed, requesterOf(request).actor));
  }

  @Endpoint(routes.endView)
  async end(@Req() request: FastifyRequest): Promise<void> {
    readInput(routes.endView, request);
    const { session, actor } = requesterOf(request);
    if (!session?.view) return;
    // Whoever leaves is himself again.
    const { role } = session.holder;
    await this.options.views.end(session.view, { ...actor, role });
  }
}

function presentView({ id, viewer, reason, startedAt, endsAt, endedAt }: View): ViewBody {
  const role = PLATFORM_ROLES.find((known) => known === viewer.role);
  if (role === undefined) throw new Error(`A view was begun by a ${viewer.role}, which is no role of the platform.`);
  return {
    id,
    viewer: { name: viewer.name, role },
    reason,
    startedAt: startedAt.toISOString(),
    endsAt: endsAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
