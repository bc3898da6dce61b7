import type { Role } from '@rungate/config';
import type { Log } from '@rungate/telemetry';

/** What only a new process can repair. */
export interface Broken {
  /** Resolves when this process should be closed, and end with a failure. */
  readonly asked: Promise<void>;
  /** Tells of something that is broken for good; `reason` is for an operator. */
  readonly because: (reason: string) => void;
}

/**
 * Whoever supervises a worker starts it anew, and nothing of it is lost. A process with other roles has more to lose than
 * tickets, which the keeper replaces: it only says what is wrong.
 */
export function untilBroken({ roles, log }: { readonly roles: readonly Role[]; readonly log: Log }): Broken {
  const ends = roles.length === 1 && roles.includes('worker');
  let because: Broken['because'] = () => undefined;
  const asked = new Promise<void>((resolve) => {
    because = (reason) => {
      log.error('only a new process can help', { reason, ends });
      if (ends) resolve();
    };
  });
  return { asked, because };
}
