import type { LiveEventBody } from '@rungate/contract';
import { Changes } from './changes.js';

const event = (taskResultId: string, organization = 'acme'): LiveEventBody => ({
  ...{ id: '1', version: 1, kind: 'task-result', taskResultId, organization },
});

describe('what changed lately', () => {
  it('counts a task result once, however often it changed', () => {
    expect(new Changes().after([event('a'), event('a'), event('b')], 5).since(0, null)).toBe(2);
  });

  it('counts those of one organization alone where one is asked for', () => {
    expect(new Changes().after([event('a'), event('b', 'globex')], 5).since(0, 'acme')).toBe(1);
  });

  it('forgets with each reading what was before it', () => {
    const changes = new Changes().after([event('a'), event('b')], 5).after([event('a')], 7);
    expect([changes.since(4, null), changes.since(5, null), changes.since(7, null)]).toEqual([2, 1, 0]);
  });

  it('counts neither organizations nor run tasks', () => {
    const other = { id: '1', version: 1, organization: 'acme' };
    const events: LiveEventBody[] = [
      { ...other, kind: 'organization' },
      { ...other, kind: 'run-task', runTask: 'x' },
    ];
    expect(new Changes().after(events, 5).since(0, null)).toBe(0);
  });

  it('remembers no more than a list could show', () => {
    const many = Array.from({ length: 6_000 }, (_, index) => event(String(index)));
    expect(new Changes().after(many, 5).since(0, null)).toBe(5_000);
  });
});
