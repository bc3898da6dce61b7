import { PERMISSIONS, type Permission } from '@rungate/access';
import type { z } from 'zod';

/** The fields of a body that are changed only with a permission besides the route's own. */
export function fieldPermissions(shape: z.ZodObject): ReadonlyMap<string, Permission> {
  return new Map(
    Object.entries(shape.shape).flatMap(([field, member]) => {
      const needed = PERMISSIONS.find((permission) => permission === metaOf(member)?.['x-permission']);
      return needed === undefined ? [] : [[field, needed] as const];
    }),
  );
}

function metaOf(member: z.core.$ZodType): z.core.GlobalMeta | undefined {
  return 'meta' in member && typeof member.meta === 'function' ? (member as z.ZodType).meta() : undefined;
}
