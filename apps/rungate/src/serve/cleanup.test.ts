import { Cleanup } from './cleanup.js';

describe('cleanup', () => {
  it('undoes the last thing first, once', async () => {
    const undone: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer('a', () => void undone.push('a'));
    cleanup.defer('b', () => Promise.resolve(void undone.push('b')));
    await cleanup.run();
    await cleanup.run();
    expect(undone).toEqual(['b', 'a']);
  });

  it('goes on when a step fails, and says which did', async () => {
    const undone: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer('a', () => void undone.push('a'));
    cleanup.defer('the queue', () => Promise.reject(new Error('away')));
    await expect(cleanup.run()).rejects.toThrow('closing the queue failed');
    expect(undone).toEqual(['a']);
  });
});
