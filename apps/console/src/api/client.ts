import { ManagementClient } from '@rungate/contract';

/** The management API of this origin; the session's cookie says who asks. */
export const client = new ManagementClient({
  url: window.location.origin,
  token: null,
  send: (url, request) => fetch(url, { ...request, credentials: 'same-origin' }),
});
