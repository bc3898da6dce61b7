import { Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMe } from '../session/me.js';
import { homeOf } from '../shell/places.js';

/** Leads on to where who is signed in begins. */
export function Home(): ReactNode {
  return <Navigate to={homeOf(useMe())} replace />;
}
