import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { permits, type Principal } from '@rungate/access';
import type { Route } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { ApiError, notFound } from '../errors.js';
import { Authentication } from './authentication.js';
import { RateLimits } from './rate-limits.js';
import { noteRequester } from './requester.js';

/** Which route a handler serves. */
export const Serves = Reflector.createDecorator<Route>();

/** The one place that lets a request through: its token is valid, within its rate, and may do what the route needs. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Authentication) private readonly authentication: Authentication,
    @Inject(RateLimits) private readonly rates: RateLimits,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { permission } = this.reflector.get(Serves, context.getHandler());
    if (permission === null) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.authentication.principalOf(request);
    if (principal === null) throw new ApiError('unauthenticated', 'The request has no valid token.');
    noteRequester(request, principal);
    await this.rates.take(request);
    refuseOthers(principal, request);
    if (permission !== 'any' && !permits(principal, permission))
      throw new ApiError('forbidden', `This needs the permission ${permission}.`);
    return true;
  }
}

/** For an organization's people another organization is as one that does not exist, whatever else the request says. */
function refuseOthers(principal: Principal, { params }: FastifyRequest): void {
  if (principal.kind !== 'organization' || typeof params !== 'object' || params === null) return;
  if ('org' in params && params.org !== principal.organization) throw notFound('organization');
}
