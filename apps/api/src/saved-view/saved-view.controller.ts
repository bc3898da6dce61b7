import { Controller, Inject, Req } from '@nestjs/common';
import { permits } from '@rungate/access';
import { routes, SAVED_VIEW_FILTERS, type Page, type SavedViewBody } from '@rungate/contract';
import { LIMITS, type SavedViewOwner } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterOf } from '../edge/requester.js';
import { ApiError, invalid, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** `/saved-views`: of people; a program has its own way to remember what it asks for. */
@Controller()
export class SavedViewController {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Endpoint(routes.listSavedViews)
  async list(@Req() request: FastifyRequest): Promise<Page<SavedViewBody>> {
    const { query } = readInput(routes.listSavedViews, request);
    const owner = ownerOf(request);
    const items = owner === null ? [] : [...(await this.options.savedViews.list(owner, query.page ?? null))];
    return { items, nextCursor: null };
  }

  @Endpoint(routes.createSavedView)
  async create(@Req() request: FastifyRequest): Promise<SavedViewBody> {
    const { body } = readInput(routes.createSavedView, request);
    const known = SAVED_VIEW_FILTERS[body.page];
    const unknown = Object.keys(body.search).filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      const detail = `Is no filter of this page: it has ${known.join(', ')}.`;
      throw invalid(unknown.map((name) => ({ pointer: `/search/${name}`, detail })));
    }
    const owner = ownerOf(request);
    if (owner === null) throw new ApiError('not_found', 'A token keeps no views: sign in.');
    const answer = await this.options.savedViews.create(owner, body, requesterOf(request).actor);
    if (answer === 'taken') {
      const detail = 'Is the name of another view of yours on this page: take another, or remove that one first.';
      throw invalid([{ pointer: '/name', detail }]);
    }
    if (answer !== 'over_limit') return answer;
    throw new ApiError('too_many', `You keep ${LIMITS.savedViews} views already. Remove one first.`);
  }

  @Endpoint(routes.removeSavedView)
  async remove(@Req() request: FastifyRequest): Promise<void> {
    const { id } = readInput(routes.removeSavedView, request).params;
    const owner = ownerOf(request);
    const { principal, actor } = requesterOf(request);
    if (owner === null) throw notFound('saved view');
    const anySharedToo = permits(principal, owner.organizationId === null ? 'platform-members.write' : 'members.write');
    if (!(await this.options.savedViews.remove(owner, { id, anySharedToo }, actor))) throw notFound('saved view');
  }
}

/** Null: a program asks. */
function ownerOf(request: FastifyRequest): SavedViewOwner | null {
  const { session } = requesterOf(request);
  if (session === null) return null;
  const { organization, identityId } = session.holder;
  return { organizationId: organization?.id ?? null, identityId };
}
