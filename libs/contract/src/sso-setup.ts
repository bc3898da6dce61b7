import { z } from 'zod';
import { moment, text } from './fields.js';
import { ssoConnection } from './sso-connection.js';

/**
 * Where a customer's own people set up one draft by a one-time link, below the public URL: no part of the management API. The
 * link is `/setup/sso#<token>`; the cookie that opening it gives stands for that draft and nothing else.
 */
export const SSO_SETUP_PATHS = {
  /** POST `linkBody`: uses the link up; `signInAnswer`. */
  open: '/auth/setup/open',
  /** GET: `ssoSetup`. PUT `ssoSettings`: the same. 401 when it is over. */
  whole: '/auth/setup',
  /** POST `ssoMetadata`: `ssoSetup`. */
  metadata: '/auth/setup/metadata',
  /** POST: `signInAnswer` with where the browser goes; it comes back to `/setup/sso`. */
  test: '/auth/setup/test',
  /** POST: it is over. */
  done: '/auth/setup/done',
} as const;

/** What somebody who opened a link sees. */
export const ssoSetup = z.object({
  organization: text.meta({ description: 'As it is displayed.' }),
  madeBy: text.meta({ description: 'Who made the link.' }),
  endsAt: moment,
  connection: ssoConnection,
});

/** What somebody who opened a link sees. */
export type SsoSetupBody = z.output<typeof ssoSetup>;
