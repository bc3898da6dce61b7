import { aRequest } from '../../testing/builders.js';
import type { RequestFacts } from './request.js';
import { whyNotApplied, type When } from './when.js';

const only = (...include: string[]) => ({ include, exclude: [] });
const not = (...exclude: string[]) => ({ include: ['*'], exclude });

function why(when: When | undefined, facts: Partial<RequestFacts> = {}): string | null {
  return whyNotApplied(when, aRequest(facts).facts);
}

describe('whyNotApplied', () => {
  it.each([
    ['no condition', undefined, {}, null],
    ['an empty one', {}, {}, null],
    ['a workspace that is meant', { workspaces: only('net*', 'x') }, {}, null],
    ['a workspace that is not', { workspaces: only('prod-*') }, {}, 'not for workspace network'],
    ['a workspace that is excluded', { workspaces: not('*work') }, {}, 'not for workspace network'],
    ['a name in another case', { workspaces: only('Network') }, {}, 'not for workspace network'],
    ['a project', { projects: only('core') }, { project_name: 'sandbox' }, 'not for project sandbox'],
    ['no project', { projects: only('core') }, { project_name: null }, null],
    ['a branch', { branches: only('main') }, { vcs_branch: 'feature/x' }, 'not for branch feature/x'],
    ['no branch', { branches: only('main') }, { vcs_branch: null }, null],
    ['an empty branch', { branches: only('main') }, { vcs_branch: '' }, null],
    ['a name too long to be one', { branches: only('main') }, { vcs_branch: 'x'.repeat(257) }, null],
    ['a long name', { branches: only('main') }, { vcs_branch: 'x'.repeat(256) }, `not for branch ${'x'.repeat(59)}…`],
    ['a speculative run', { speculative: false }, { is_speculative: true }, 'not for speculative runs'],
    ['another run', { speculative: true }, { is_speculative: false }, 'only for speculative runs'],
    ['a run that is as it should be', { speculative: false }, { is_speculative: false }, null],
    ['changes, which are told elsewhere', { changes: true }, {}, null],
    [
      'all that hold and one that does not',
      { workspaces: only('network'), speculative: true },
      {},
      'only for speculative runs',
    ],
  ] as const)('of %s: %j', (_, when, facts, expected) => {
    expect(why(when, facts)).toBe(expected);
  });

  it('takes the worst patterns and names that there can be', () => {
    const worst = Array.from({ length: 20 }, () => '*a'.repeat(50));
    const when = { include: worst, exclude: worst };
    const name = 'a'.repeat(255) + 'b';
    expect(why({ workspaces: when, projects: when, branches: when }, { workspace_name: name })).not.toBeNull();
  });
});
