import { z } from 'zod';

const shape = z.object({
  connections: z.array(z.object({ id: z.string(), label: z.string(), startUrl: z.string() })),
});

/** The ways to sign in. */
export type SignInOptions = z.output<typeof shape>;

/** Asks for the ways to sign in; anybody may. */
export async function readSignInOptions(): Promise<SignInOptions> {
  const response = await fetch('/auth/options', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return shape.parse(await response.json());
}
