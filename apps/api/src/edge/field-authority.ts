import { permits, type Principal } from '@rungate/access';
import { fieldPermissions } from '@rungate/contract';
import type { z } from 'zod';
import { ApiError } from '../errors.js';

/** A body whose fields have authorities of their own, and who sent it. */
export class FieldAuthority {
  readonly #denied: ReadonlyMap<string, string>;

  constructor(shape: z.ZodObject, principal: Principal) {
    const denied = [...fieldPermissions(shape)].filter(([, permission]) => !permits(principal, permission));
    this.#denied = new Map(denied);
  }

  /** What a PUT asks for; a field that it leaves out, and that its sender may not change, stays as it is stored. */
  keeping<Settings extends object>(
    desired: Settings,
    given: ReadonlySet<string>,
    stored: Partial<Settings> | null,
  ): Settings {
    const kept = Object.entries(stored ?? {}).filter(([field]) => this.#denied.has(field) && !given.has(field));
    return { ...desired, ...Object.fromEntries(kept) };
  }

  /** @throws ApiError `forbidden`, with the pointer of each field that the sender may not change. */
  allow(changed: readonly string[]): void {
    const violations = changed.flatMap((field) => {
      const permission = this.#denied.get(field);
      return permission === undefined
        ? []
        : [{ pointer: `/${field}`, detail: `Is changed only with the permission ${permission}.` }];
    });
    if (violations.length > 0) throw new ApiError('forbidden', 'The request changes what you may not.', violations);
  }
}
