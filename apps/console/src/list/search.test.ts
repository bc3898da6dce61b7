import { z } from 'zod';
import { parseSearch, readSearch, searchAfter } from './search.js';

const shape = z.object({ workspace: z.string().optional(), verdict: z.enum(['passed', 'failed']).optional() });

describe('filters in the address', () => {
  it('are read from it', () => {
    expect(readSearch(shape, parseSearch('?workspace=network-prod&verdict=failed'))).toEqual({
      workspace: 'network-prod',
      verdict: 'failed',
    });
  });

  it('are dropped one by one where they fit nothing', () => {
    expect(readSearch(shape, parseSearch('?workspace=a&verdict=perhaps&other=1'))).toEqual({ workspace: 'a' });
  });

  it('stay texts, whatever they look like', () => {
    expect(parseSearch('?workspace=123&q=%7B%7D')).toEqual({ workspace: '123', q: '{}' });
  });

  it('go back into it, changed, without empty ones', () => {
    const search = { workspace: 'a b&c', verdict: 'failed' };
    expect(searchAfter(search, { verdict: undefined, stage: 'pre_plan' })).toBe('?workspace=a+b%26c&stage=pre_plan');
    expect(searchAfter(search, { workspace: '', verdict: undefined })).toBe('');
  });

  it('come out as they went in', () => {
    const search = { workspace: 'ü/ +?#', verdict: 'passed' };
    expect(parseSearch(searchAfter({}, search))).toEqual(search);
  });
});
