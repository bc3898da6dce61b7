import type { SignInProblem } from '@rungate/contract';

/** Where the browser goes, what it is asked first, or why it does not go on. */
export type Step =
  | { readonly location: string }
  /** HTML of `replacingPage`. */
  | { readonly page: string }
  | { readonly problem: SignInProblem };
