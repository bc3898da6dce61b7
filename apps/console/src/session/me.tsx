import { ManagementApiError, routes, type MeBody } from '@rungate/contract';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { client } from '../api/client.js';

/** Who looks at the console, and what it may do. */
export type Me = MeBody;
/** One thing that may be permitted. */
export type Permission = Me['permissions'][number];

/** Asks who is signed in; an error `unauthenticated` says that nobody is. */
export function useAskWhoIAm(): UseQueryResult<Me> {
  return useQuery({
    queryKey: ['me'],
    queryFn: async () => (await client.call(routes.getMe, { params: {} })).body,
    staleTime: Infinity,
  });
}

/** Known to every page below the shell. */
export const MeContext = createContext<Me | null>(null);

/** Who looks at this page. */
export function useMe(): Me {
  const me = use(MeContext);
  if (me === null) throw new Error('Only pages below the shell know who looks at them.');
  return me;
}

/** Whether who looks at this page may do a thing. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}

/** Whether an error says that nobody is signed in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ManagementApiError && error.status === 401;
}
