import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Bodies, BODY_LIMIT, type HeldBody } from './bodies.js';

const MB = 1024 * 1024;
const stranger = { address: '192.0.2.1', hookId: 'hook-1' };

/** A request whose bytes a test sends. */
function arriving(): IncomingMessage {
  const stream = new IncomingMessage(new Socket());
  stream.on('error', () => undefined);
  return stream;
}

function readWhole(bodies: Bodies, size: number, sender = stranger, isProven = false): Promise<HeldBody> {
  const stream = arriving();
  const read = bodies.read(stream, sender, isProven);
  if (size > 0) stream.push(Buffer.alloc(size, 'x'));
  stream.push(null);
  return read;
}

describe('bodies in memory', () => {
  it('are counted while they are held, and once', async () => {
    const bodies = new Bodies();
    const held = await readWhole(bodies, 1_000);
    expect(held.bytes).toEqual(Buffer.alloc(1_000, 'x'));
    expect(bodies.held).toBe(1_000);
    held.release();
    held.release();
    expect(bodies.held).toBe(0);
  });

  it('count by the bytes that came, and are let go when the sender breaks off', async () => {
    const bodies = new Bodies();
    const stream = arriving();
    const read = bodies.read(stream, stranger, false);
    stream.push(Buffer.alloc(500));
    await new Promise(setImmediate);
    expect(bodies.held).toBe(500);
    stream.destroy(new Error('aborted'));
    await expect(read).rejects.toMatchObject({ why: 'broken_off' });
    expect(bodies.held).toBe(0);
  });

  it('are not read beyond 1 MB, and nothing of them is kept', async () => {
    const bodies = new Bodies();
    await expect(readWhole(bodies, BODY_LIMIT + 1)).rejects.toMatchObject({ why: 'too_large' });
    expect(bodies.held).toBe(0);
    expect((await readWhole(bodies, BODY_LIMIT)).bytes).toHaveLength(BODY_LIMIT);
  });

  it('of one stranger are at most 8 MB, of all 32 MB, and of all senders 64 MB', async () => {
    const bodies = new Bodies();
    const strangers = Array.from({ length: 5 }, (_, i) => ({ ...stranger, address: `192.0.2.${i}` }));
    for (const sender of strangers.slice(0, 4)) {
      for (let i = 0; i < 7; i++) await readWhole(bodies, MB, sender);
      await expect(readWhole(bodies, MB, sender)).rejects.toMatchObject({ why: 'no_room' });
      await readWhole(bodies, MB - 1, sender);
    }
    expect(bodies.hasRoom({ ...stranger, address: '192.0.2.4' }, false)).toBe(true);
    const [, , , , last = stranger] = strangers;
    await expect(readWhole(bodies, MB, last)).rejects.toMatchObject({ why: 'no_room' });
    const proven = Array.from({ length: 40 }, () => readWhole(bodies, MB, stranger, true));
    const ends = await Promise.allSettled(proven);
    expect(ends.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(25);
    expect(ends.some(({ status }) => status === 'rejected')).toBe(true);
    expect(bodies.held).toBeLessThanOrEqual(64 * MB);
  });
});
