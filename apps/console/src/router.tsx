import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { history } from './history.js';
import { parseSearch, searchAfter } from './list/search.js';
import { Home } from './pages/Home.js';
import { NotFound } from './pages/NotFound.js';
import { Shell } from './shell/Shell.js';
import { PageFailed } from './states/PageFailed.js';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageFailed });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

/** Each page is a file of its own, loaded when it is first gone to. */
const pages = [
  page(
    '/runs',
    lazyRouteComponent(() => import('./pages/RunsPage.js'), 'RunsPage'),
  ),
];

function page(path: string, component: ReturnType<typeof lazyRouteComponent>) {
  return createRoute({ getParentRoute: () => shell, path, component });
}

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: lazyRouteComponent(() => import('./pages/LoginPage.js'), 'LoginPage'),
});
const home = createRoute({ getParentRoute: () => shell, path: '/', component: Home });

/** Addresses and their pages. */
export const router = createRouter({
  history,
  routeTree: root.addChildren([login, shell.addChildren([home, ...pages])]),
  parseSearch,
  stringifySearch: (search) => searchAfter({}, search),
  defaultErrorComponent: PageFailed,
});
