import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { VIEWED, type Principal } from '@rungate/access';
import type { Route } from '@rungate/contract';
import type { SessionView } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { ApiError, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { refuseCrossSite } from '../session/cross-site.js';
import { Authentication, type Identified } from './authentication.js';
import { requirePermission, requireStepUp } from './authority.js';
import { RateLimits } from './rate-limits.js';
import { noteRequester } from './requester.js';

/** Which route a handler serves. */
export const Serves = Reflector.createDecorator<Route>();

/** The one place that lets a request through: its sender is known, within the rate, and may do what the route needs. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Authentication) private readonly authentication: Authentication,
    @Inject(RateLimits) private readonly rates: RateLimits,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = this.reflector.get(Serves, context.getHandler());
    if (route.permission === null) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // What a page reads again by itself is no activity of its person.
    const isActive = request.headers['x-rungate-background'] === undefined;
    const identified = await this.authentication.identify(request, isActive);
    if (identified === null) throw new ApiError('unauthenticated', 'The request has no valid token or session.');
    const { principal, session } = identified;
    if (session !== null) refuseCrossSite(request, this.options.publicUrl);
    noteRequester(request, identified);
    await this.rates.take(request);
    if (session !== null && session.view !== null) refuseInView(session.view, route, request);
    refuseOthers(principal, request);
    this.#refuseUnpermitted(route, identified);
    return true;
  }

  #refuseUnpermitted({ permission, stepUp }: Route, { principal, session }: Identified): void {
    if (permission !== null && permission !== 'any') requirePermission(principal, permission);
    if (stepUp === true) requireStepUp(session, this.options.clock.now());
  }
}

/** Whoever views an organization reads what its viewers read, and leaves. @throws ApiError `view_read_only` */
function refuseInView(
  { organization: { slug } }: SessionView,
  { method, permission, endsView }: Route,
  { params }: FastifyRequest,
): void {
  const isSeen = permission === 'any' || (permission !== null && VIEWED.has(permission));
  const isOfAnother = typeof params === 'object' && params !== null && 'org' in params && params.org !== slug;
  if (endsView === true || (method === 'get' && isSeen && !isOfAnother)) return;
  const detail = `You see ${slug} as its viewers do, and can do nothing else meanwhile: leave it with DELETE /api/v1/view, or with Leave in the console.`;
  throw new ApiError('view_read_only', detail);
}

/** For an organization's people another organization is as one that does not exist, whatever else the request says. */
function refuseOthers(principal: Principal, { params }: FastifyRequest): void {
  if (principal.kind !== 'organization' || typeof params !== 'object' || params === null) return;
  if ('org' in params && params.org !== principal.organization) throw notFound('organization');
}
