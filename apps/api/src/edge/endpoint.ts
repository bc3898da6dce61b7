import {
  Header,
  HttpCode,
  RequestMapping,
  RequestMethod,
  UseGuards,
  UseInterceptors,
  applyDecorators,
} from '@nestjs/common';
import type { Route } from '@rungate/contract';
import { AccessGuard, Serves } from './access.guard.js';
import { pathOf } from './path.js';
import { Repeats } from './repeats.interceptor.js';

const METHODS: Readonly<Record<Route['method'], RequestMethod>> = {
  get: RequestMethod.GET,
  put: RequestMethod.PUT,
  post: RequestMethod.POST,
  delete: RequestMethod.DELETE,
};

/** Serves a route of the contract, behind the guard. Answers may hold secrets, so nothing keeps them. */
export function Endpoint(route: Route): MethodDecorator {
  return applyDecorators(
    RequestMapping({ path: pathOf(route), method: METHODS[route.method] }),
    Serves(route),
    UseGuards(AccessGuard),
    ...(route.once === undefined ? [] : [UseInterceptors(Repeats)]),
    // The first that the route names; a PUT that creates says so itself.
    HttpCode(Number(Object.keys(route.responses)[0])),
    Header('Cache-Control', 'no-store'),
  );
}
