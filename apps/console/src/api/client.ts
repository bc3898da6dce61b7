import { ManagementClient } from '@rungate/contract';
import { serverClock } from '../time/server-clock.js';
import { presenceHeaders } from './presence.js';

/** The management API of this origin; the session's cookie says who asks. */
export const client = new ManagementClient({
  url: window.location.origin,
  token: null,
  send: async (url, request) => {
    const sentAt = Date.now();
    const response = await fetch(url, {
      ...request,
      headers: { ...request.headers, ...presenceHeaders() },
      credentials: 'same-origin',
    });
    serverClock.header(response.headers.get('date'), { sentAt, receivedAt: Date.now() });
    return response;
  },
});
