import { API_PREFIX, type Route } from '@rungate/contract';

/** The path of a route as the server's router writes it. */
export function pathOf(route: Pick<Route, 'path'>): string {
  return API_PREFIX + route.path.replaceAll(':', '::').replaceAll(/\{(\w+)\}/g, ':$1');
}
