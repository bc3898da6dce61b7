import { aCheckResult } from '../../testing/builders.js';
import { CHECK_FAILURES } from './check.js';
import { isDeath, quarantineOf, whyQuarantined, type Candidate, type Quarantine } from './quarantine.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const CANDIDATE: Candidate = {
  organizationId: 'org-1',
  runTaskId: 'run-task-1',
  check: 'guard',
  use: 'naming',
  pluginVersion: '1.0.0',
};
const QUARANTINE: Quarantine = {
  id: 'q-1',
  place: { organizationId: 'org-1', runTaskId: 'run-task-1', check: 'guard' },
  use: 'naming',
  pluginVersion: '1.0.0',
  failure: 'memory',
  count: 3,
  since: new Date('2026-11-22T11:30:00Z'),
  until: new Date('2026-11-22T12:30:00Z'),
};
const FOR_ALL: Quarantine = { ...QUARANTINE, place: null, failure: null };

describe('a quarantine', () => {
  it.each([
    ['the check itself', {}, true],
    ['another check', { check: 'other' }, false],
    ['another run task', { runTaskId: 'run-task-2' }, false],
    ['another organization', { organizationId: 'org-2' }, false],
    ['another plugin', { use: 'rules' }, false],
    ['a new version of the plugin', { pluginVersion: '1.0.1' }, false],
  ] as [string, Partial<Candidate>, boolean][])('of a check meets %s: %#', (_what, changes, meets) => {
    expect(quarantineOf([QUARANTINE], { ...CANDIDATE, ...changes }, NOW)).toEqual(meets ? QUARANTINE : null);
  });

  it('of a version meets it everywhere, and no other version', () => {
    expect(quarantineOf([FOR_ALL], { ...CANDIDATE, organizationId: 'org-9', check: 'x' }, NOW)).toBe(FOR_ALL);
    expect(quarantineOf([FOR_ALL], { ...CANDIDATE, pluginVersion: '2.0.0' }, NOW)).toBeNull();
  });

  it('ends by itself', () => {
    expect(quarantineOf([QUARANTINE, FOR_ALL], CANDIDATE, QUARANTINE.until)).toBeNull();
  });

  it('says why, until when, and what can be done', () => {
    expect(whyQuarantined(QUARANTINE)).toBe(
      'it is in quarantine until 2026-11-22 12:30 UTC, since it ended its process 3 times (memory); an administrator may lift that',
    );
    expect(whyQuarantined(FOR_ALL)).toBe(
      'the plugin naming 1.0.0 is in quarantine until 2026-11-22 12:30 UTC, since it keeps crashing',
    );
  });
});

it('a death is the end of a process, not of patience or of a report', () => {
  const deaths = CHECK_FAILURES.filter((failure) => isDeath(aCheckResult({ failure })));
  expect(deaths).toEqual(['memory', 'cpu', 'output', 'exited', 'crashed']);
  expect(isDeath(aCheckResult())).toBe(false);
});
