import { once } from 'node:events';
import { Readable } from 'node:stream';
import { AtOnce } from './at-once.js';

const begin = (): Promise<Readable> => Promise.resolve(Readable.from(['line\n']));
const refused = { code: 'too_many', options: { retryAfter: 5 } };

describe('long answers', () => {
  it('are as many at once for one as it may have, and in all', async () => {
    const atOnce = new AtOnce('exports', { each: 2, all: 3 });
    await atOnce.hold('acme', begin);
    await atOnce.hold('acme', begin);
    await expect(atOnce.hold('acme', begin)).rejects.toMatchObject(refused);
    await atOnce.hold('globex', begin);
    await expect(atOnce.hold('initech', begin)).rejects.toMatchObject(refused);
  });

  it.each<[string, (answer: Readable) => void]>([
    ['was read to its end', (answer) => void answer.resume()],
    ['was never read', (answer) => void answer.destroy()],
    ['failed', (answer) => void answer.on('error', () => undefined).destroy(new Error('away'))],
  ])('give their place back when one %s', async (_, end) => {
    const atOnce = new AtOnce('exports', { each: 1, all: 1 });
    const answer = await atOnce.hold('acme', begin);
    const closed = once(answer, 'close');
    end(answer);
    await closed.catch(() => undefined);
    await expect(atOnce.hold('acme', begin)).resolves.toBeInstanceOf(Readable);
  });

  it('give it back when they do not even begin', async () => {
    const atOnce = new AtOnce('exports', { each: 1, all: 1 });
    await expect(atOnce.hold('acme', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    await atOnce.hold('acme', begin);
  });
});
