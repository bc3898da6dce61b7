import { PERMISSIONS, permits } from './index.js';

describe('permissions', () => {
  it('lets the bootstrap token do the first steps and read no payload', () => {
    const allowed = PERMISSIONS.filter((permission) => permits({ kind: 'bootstrap' }, permission));
    expect(allowed).toEqual([
      'organizations.read',
      'organizations.write',
      'run-tasks.read',
      'run-tasks.write',
      'task-results.read',
      'checks.read',
    ]);
  });
});
