/** Addresses of the console's pages. */
export const paths = {
  login: (next: string): string => `/login?next=${encodeURIComponent(next)}`,
  /** Of the server: leads straight to the provider of the organization that a page is of, where that may be told. */
  door: (next: string): string | null => {
    const slug = /^\/o\/([\w-]+)/.exec(next)?.[1];
    return slug === undefined ? null : `/auth/o/${slug}?return=${encodeURIComponent(next)}`;
  },
  live: '/live',
  callbacks: '/callbacks',
  operations: '/operations',
  operation: (id: string): string => `/operations/${encodeURIComponent(id)}`,
  runs: '/runs',
  run: (id: string): string => `/runs/${encodeURIComponent(id)}`,
  organizations: '/organizations',
  organization: (slug: string): string => `/organizations/${encodeURIComponent(slug)}`,
  checks: '/checks',
  system: '/system',
  audit: '/audit',
  settings: '/settings',
  setting: (page: SettingsPage): string => `/settings/${page}`,
  connection: (slug: string | null, id: string): string =>
    `${slug === null ? '/settings' : `/o/${encodeURIComponent(slug)}`}/sign-in/${encodeURIComponent(id)}`,
  portal: (slug: string, page: PortalPage): string => `/o/${encodeURIComponent(slug)}/${page}`,
  details: (slug: string, id: string): string => `/o/${encodeURIComponent(slug)}/results/${encodeURIComponent(id)}`,
};

/** A page of the platform's settings. */
export type SettingsPage = 'members' | 'sign-in' | 'tokens';

/** A page of an organization's portal. */
export type PortalPage = 'setup' | 'results' | 'checks' | 'keys' | 'members' | 'sign-in' | 'tokens' | 'audit';
