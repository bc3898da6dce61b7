import { ORGANIZATION_ROLES, PERMITTED, PLATFORM_ROLES, type Role } from '@rungate/access';
import { fieldPermissions } from './field-permissions.js';
import { routes } from './routes.js';
import type { Route } from './routes/route.js';

const ROLES: readonly Role[] = [...PLATFORM_ROLES, ...ORGANIZATION_ROLES, 'bootstrap'];

/** `docs/reference/roles.md`, whole. */
export function rolesReference(): string {
  const all = Object.values<Route>(routes).filter(({ permission }) => permission !== null);
  const fields = [routes.putOrganization, routes.putRunTask].flatMap((route) => {
    const permissions = [...fieldPermissions(route.body)];
    return permissions.map(([field, permission]) => row(`\`${field}\` of PUT ${route.path}`, permission));
  });
  return `${HEAD}
## Routes

${table([...all.map((route) => row(`${route.method.toUpperCase()} ${route.path}`, route.permission))])}

## Fields that need more than their route

A field that its sender may not change is kept when it is left out, and answered with 403 and its pointer when it differs.

${table(fields)}
`;
}

const HEAD = `# Roles

Written by \`node tools/reference.mjs\` from \`libs/access/src/roles.ts\` and the routes of \`libs/contract\`; change it there.

\`owner\`, \`operator\`, \`onboarder\`, \`support\` and \`auditor\` are roles of the platform; \`admin\`, \`editor\` and \`viewer\` are
roles inside one organization, and count there alone: for them another organization is as one that does not exist.
An \`onboarder\` that is bound to a partner (\`managedBy\`) sees and changes the organizations that the partner made.
\`bootstrap\` is the token of the first steps.
`;

function row(what: string, permission: Route['permission']): string {
  const marks = ROLES.map((role) =>
    permission === 'any' || (permission !== null && PERMITTED[role].has(permission)) ? '●' : '',
  );
  return `| ${what} | ${permission === null || permission === 'any' ? 'any token' : permission} | ${marks.join(' | ')} |`;
}

function table(rows: readonly string[]): string {
  const columns = ['', 'permission', ...ROLES];
  return [`| ${columns.join(' | ')} |`, `| ${columns.map(() => '---').join(' | ')} |`, ...rows].join('\n');
}
