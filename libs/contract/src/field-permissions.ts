import { PERMISSIONS, type Permission } from '@rungate/access';
import { z } from 'zod';

/** The fields of a body that are changed only with a permission besides the route's own. */
export function fieldPermissions(shape: z.ZodObject): ReadonlyMap<string, Permission> {
  return new Map(
    Object.entries<z.core.$ZodType>(shape.shape).flatMap(([field, member]) => {
      const named = z.globalRegistry.get(member)?.['x-permission'];
      const needed = PERMISSIONS.find((permission) => permission === named);
      return needed === undefined ? [] : [[field, needed] as const];
    }),
  );
}
