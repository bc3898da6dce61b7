import { keptOf, redacted, targetOf } from './foreign-text.js';

const TOKEN = 'abc.atlasv1.token-canary';

function kept(body: string, { status = 500, location = null as string | null } = {}): string | undefined {
  return keptOf({ status, header: (name) => (name === 'location' ? location : null) }, body, TOKEN);
}

describe('what a server wrote', () => {
  it.each([
    [`you sent Bearer ${TOKEN}, go away`, 'you sent Bearer [secret], go away'],
    [`${TOKEN}${TOKEN}`, '[secret][secret]'],
    [`the start of it, cut: abc.atlasv1.tok`, 'the start of it, cut: [secret]'],
    ['see https://a.example/b?sig=canary&x=y today', 'see https://a.example/b today'],
    ['"https:\\/\\/a.example\\/b?canary"', '"https:\\/\\/a.example\\/b"'],
    ["href='/b?canary'", "href='/b'"],
    ['https://a.example/b?one?two=canary', 'https://a.example/b'],
    ['https://a.example/b\\u003fsig\\u003dcanary', 'https://a.example/b'],
    ['https://a.example/b%3Fsig=canary', 'https://a.example/b'],
    ['page?sig=canary', 'page'],
    ['Really? Yes, 1 + 1 = 2.', 'Really? Yes, 1 + 1 = 2.'],
    ['ends with a', 'ends with a'],
  ])('%s is told as %s', (text, told) => {
    expect(redacted(text, TOKEN)).toBe(told);
  });

  it.each(['?', '?a', '=', '/?', 'abc.'])('takes linear time with 64 kB of %s', (text) => {
    const start = process.cpuUsage().user;
    redacted(text.repeat(65_536 / text.length), TOKEN);
    expect(process.cpuUsage().user - start).toBeLessThan(1_000_000);
  });
});

describe('what is kept of an answer', () => {
  it('is its text, line by line, without what cannot be seen', () => {
    expect(kept('<h1>Bad gateway</h1>\r\n\u0000\u202eupstream\n')).toBe('<h1>Bad gateway</h1>\n\ufffd\ufffdupstream');
  });

  it('is at most 2,000 characters', () => {
    expect(kept('x'.repeat(65_536))).toHaveLength(2_000);
    expect(kept('x\n'.repeat(30_000))?.length).toBeLessThanOrEqual(2_000);
  });

  it('never holds the token, wherever in it reading stopped', () => {
    for (let length = 0; length <= TOKEN.length; length++) {
      const said = kept(`${`${TOKEN} `.repeat(50)}${TOKEN.slice(0, length)}`) ?? '';
      expect(said.replaceAll('[secret]', '')).not.toContain('abc.at');
    }
  });

  it('is nothing when there is nothing, or when the callback was taken', () => {
    expect([kept(''), kept(' \n'), kept('thank you', { status: 200 })]).toEqual([undefined, undefined, undefined]);
  });

  it('names where a redirect leads by origin and hash of the path alone', () => {
    const location = 'https://other.example/v1/object/path-canary?sig=query-canary';
    expect(kept('moved', { status: 307, location })).toMatch(
      /^Location: https:\/\/other\.example \(path [0-9a-f]{8}\)\nmoved$/,
    );
  });
});

describe('a redirect target', () => {
  it.each([
    ['https://other.example/a', /^https:\/\/other\.example \(path [0-9a-f]{8}\)$/],
    ['https://other.example:8443/a#b', /^https:\/\/other\.example:8443 \(path [0-9a-f]{8}\)$/],
    ['http://169.254.169.254/latest', /^http:\/\/169\.254\.169\.254 \(path [0-9a-f]{8}\)$/],
    ['/a?sig=canary', /^the same host \(path [0-9a-f]{8}\)$/],
    ['//other.example/canary', /^an unusual address \([0-9a-f]{8}\)$/],
    ['javascript:canary', /^an unusual address \([0-9a-f]{8}\)$/],
    ['https://user:canary@other.example/', /^an unusual address \([0-9a-f]{8}\)$/],
  ])('%s is shown without what it opens', (location, shown) => {
    expect(targetOf(location)).toMatch(shown);
  });

  it('tells one path from another', () => {
    expect(targetOf('https://a.example/1')).not.toBe(targetOf('https://a.example/2'));
  });
});
