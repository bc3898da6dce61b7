/** Who asks: for now only the operator who holds the bootstrap token. */
export interface Principal {
  readonly kind: 'bootstrap';
}

/** Everything that can be permitted. */
export const PERMISSIONS = [
  'organizations.read',
  'organizations.write',
  'run-tasks.read',
  'run-tasks.write',
  'task-results.read',
  'checks.read',
  'payload.read',
] as const;
/** One thing that a principal may do. */
export type Permission = (typeof PERMISSIONS)[number];

/** A list of what is allowed: a permission that is added later is nobody's until it is written here. */
const GRANTED: Readonly<Record<Principal['kind'], ReadonlySet<Permission>>> = {
  // The first steps, and no payloads: those need a person who signed in.
  bootstrap: new Set<Permission>([
    'organizations.read',
    'organizations.write',
    'run-tasks.read',
    'run-tasks.write',
    'task-results.read',
    'checks.read',
  ]),
};

/** Whether a principal may do a thing. */
export function permits(principal: Principal, permission: Permission): boolean {
  return GRANTED[principal.kind].has(permission);
}
