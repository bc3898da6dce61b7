import { ManagementClient } from '@rungate/contract';
import { presenceHeaders } from './presence.js';

/** The management API of this origin; the session's cookie says who asks. */
export const client = new ManagementClient({
  url: window.location.origin,
  token: null,
  send: (url, request) =>
    fetch(url, {
      ...request,
      headers: { ...request.headers, ...presenceHeaders() },
      credentials: 'same-origin',
    }),
});
