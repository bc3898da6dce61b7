import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { permits, type Principal } from '@rungate/access';
import type { Route } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { notePrincipal } from './principal.js';

/** Which route a handler serves. */
export const Serves = Reflector.createDecorator<Route>();

/** Lets a request through when its token may do what the route needs. */
@Injectable()
export class BearerGuard implements CanActivate {
  private readonly bootstrap: Buffer | null;

  constructor(
    @Inject(API_OPTIONS) { bootstrapToken }: ApiOptions,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {
    this.bootstrap = bootstrapToken === null ? null : digest(bootstrapToken);
  }

  canActivate(context: ExecutionContext): boolean {
    const { permission } = this.reflector.get(Serves, context.getHandler());
    if (permission === null) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = this.authenticate(request.headers.authorization);
    if (principal === null) throw new ApiError('unauthenticated', 'The request has no valid token.');
    if (!permits(principal, permission)) throw new ApiError('forbidden', `This needs the permission ${permission}.`);
    notePrincipal(request, principal);
    return true;
  }

  /** Digests are compared, so that neither length nor content of the token shows in the time it takes. */
  private authenticate(authorization: string | undefined): Principal | null {
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || this.bootstrap === null) return null;
    return timingSafeEqual(digest(token), this.bootstrap) ? { kind: 'bootstrap' } : null;
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
