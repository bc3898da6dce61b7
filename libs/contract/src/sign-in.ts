import { z } from 'zod';
import { text } from './fields.js';

/** Where the sign-in lives below the public URL: no part of the management API, and asked without a token. */
export const SIGN_IN_PATHS = {
  /** GET: `signInOptions`. */
  options: '/auth/options',
  /** POST `discoverBody`: `discoverAnswer`. */
  discover: '/auth/discover',
  /** POST `linkBody`: `signInAnswer`. */
  link: '/auth/link',
  /** GET with `return`: proves anew who the person of this session is. */
  stepUp: '/auth/step-up',
  /** POST: ends this session; `signInAnswer` says where to go. */
  logout: '/auth/logout',
} as const;

/** What the page `/login` shows. The address of a choice takes `return` besides what it has: a path to come back to. */
export const signInOptions = z.object({
  development: z.boolean(),
  choices: z.array(z.object({ label: text, href: text })).readonly(),
});

/** Where the browser goes next. */
export const signInAnswer = z.object({ location: text });

/** Where the browser goes next, or between what the person chooses; the address of a choice has all that it needs. */
export const discoverAnswer = z.object({
  location: text.nullable(),
  choices: z.array(z.object({ label: text, href: text })).readonly(),
});

/** An e-mail address to find a provider by. */
export const discoverBody = z.strictObject({
  email: z
    .string()
    .max(320)
    .regex(/^[^@\s]+@[^@\s]+$/, 'Must be an e-mail address.'),
  returnPath: text.default('/'),
});

/** What followed the # of a one-time link. */
export const linkBody = z.strictObject({ token: z.string().min(20).max(200) });

/** Why a sign-in came to nothing, as `/login?problem=` says it. */
export const SIGN_IN_PROBLEMS = [
  /** It took more than ten minutes, was begun in another browser, or came back twice. */
  'expired',
  /** The provider or the person said no. */
  'refused',
  /** The provider cannot be reached, or what it says is not as it must be. */
  'provider',
  /** The provider knows the person, and no rule lets him in here. */
  'not-admitted',
  /** An administrator took the access away. */
  'blocked',
  /** Another person came back than the one of this session. */
  'other-person',
  /** There is no such way to sign in, or it is switched off. */
  'no-connection',
  /** No provider is known by an e-mail address: said of anybody, known or not. */
  'no-provider',
  /** Too many tries from this address. */
  'too-many',
] as const;

/** Why a sign-in came to nothing. */
export type SignInProblem = (typeof SIGN_IN_PROBLEMS)[number];
/** What the page `/login` shows. */
export type SignInOptions = z.infer<typeof signInOptions>;
/** Where the browser goes next, or between what the person chooses. */
export type DiscoverAnswer = z.infer<typeof discoverAnswer>;
/** Where the browser goes next. */
export type SignInAnswer = z.infer<typeof signInAnswer>;
