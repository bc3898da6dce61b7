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
    '/system',
    lazyRouteComponent(() => import('./pages/system/SystemPage.js'), 'SystemPage'),
  ),
  page(
    '/o/$slug/members',
    lazyRouteComponent(() => import('./pages/portal/MembersPage.js'), 'MembersPage'),
  ),
  page(
    '/live',
    lazyRouteComponent(() => import('./pages/live/LivePage.js'), 'LivePage'),
  ),
  page(
    '/callbacks',
    lazyRouteComponent(() => import('./pages/callbacks/CallbacksPage.js'), 'CallbacksPage'),
  ),
  page(
    '/operations',
    lazyRouteComponent(() => import('./pages/operations/OperationsPage.js'), 'OperationsPage'),
  ),
  page(
    '/operations/$id',
    lazyRouteComponent(() => import('./pages/operations/OperationPage.js'), 'OperationPage'),
  ),
  page(
    '/runs',
    lazyRouteComponent(() => import('./pages/RunsPage.js'), 'RunsPage'),
  ),
  page(
    '/runs/$id',
    lazyRouteComponent(() => import('./pages/run/RunPage.js'), 'RunPage'),
  ),
  page(
    '/organizations',
    lazyRouteComponent(() => import('./pages/organizations/OrganizationsPage.js'), 'OrganizationsPage'),
  ),
  page(
    '/organizations/$slug',
    lazyRouteComponent(() => import('./pages/organizations/OrganizationPage.js'), 'OrganizationPage'),
  ),
  page(
    '/checks',
    lazyRouteComponent(() => import('./pages/checks/CataloguePage.js'), 'CataloguePage'),
  ),
  page(
    '/audit',
    lazyRouteComponent(() => import('./pages/audit/AuditPage.js'), 'AuditPage'),
  ),
  page(
    '/settings',
    lazyRouteComponent(() => import('./pages/settings/SettingsPage.js'), 'SettingsPage'),
  ),
  page(
    '/settings/members',
    lazyRouteComponent(() => import('./pages/settings/PlatformMembersPage.js'), 'PlatformMembersPage'),
  ),
  page(
    '/settings/sign-in',
    lazyRouteComponent(() => import('./pages/settings/PlatformSignInPage.js'), 'PlatformSignInPage'),
  ),
  page(
    '/settings/sign-in/$id',
    lazyRouteComponent(() => import('./pages/settings/PlatformSignInPage.js'), 'PlatformSignInPage'),
  ),
  page(
    '/o/$slug/sign-in',
    lazyRouteComponent(() => import('./pages/portal/SignInPage.js'), 'SignInPage'),
  ),
  page(
    '/o/$slug/sign-in/$id',
    lazyRouteComponent(() => import('./pages/portal/SignInPage.js'), 'SignInPage'),
  ),
  page(
    '/settings/tokens',
    lazyRouteComponent(() => import('./pages/settings/PlatformTokensPage.js'), 'PlatformTokensPage'),
  ),
  page(
    '/o/$slug/setup',
    lazyRouteComponent(() => import('./pages/portal/SetupPage.js'), 'SetupPage'),
  ),
  page(
    '/o/$slug/results',
    lazyRouteComponent(() => import('./pages/portal/ResultsPage.js'), 'ResultsPage'),
  ),
  page(
    '/o/$slug/results/$id',
    lazyRouteComponent(() => import('./pages/details/DetailsPage.js'), 'DetailsPage'),
  ),
  page(
    '/o/$slug/checks',
    lazyRouteComponent(() => import('./pages/portal/checks/ChecksPage.js'), 'ChecksPage'),
  ),
  page(
    '/o/$slug/keys',
    lazyRouteComponent(() => import('./pages/portal/KeysPage.js'), 'KeysPage'),
  ),
  page(
    '/o/$slug/tokens',
    lazyRouteComponent(() => import('./pages/portal/TokensPage.js'), 'TokensPage'),
  ),
  page(
    '/o/$slug/audit',
    lazyRouteComponent(() => import('./pages/portal/AuditPage.js'), 'AuditPage'),
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
const link = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/LinkPage.js'), 'LinkPage'),
});
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup/sso',
  component: lazyRouteComponent(() => import('./pages/sso/SetupByLinkPage.js'), 'SetupByLinkPage'),
});
const home = createRoute({ getParentRoute: () => shell, path: '/', component: Home });

/** Addresses and their pages. */
export const router = createRouter({
  history,
  routeTree: root.addChildren([login, link, setUp, shell.addChildren([home, ...pages])]),
  parseSearch,
  stringifySearch: (search) => searchAfter({}, search),
  defaultErrorComponent: PageFailed,
});
