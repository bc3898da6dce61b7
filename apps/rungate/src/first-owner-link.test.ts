import { createHash } from 'node:crypto';
import type { NewLink } from '@rungate/run-task';
import { firstOwnerLink } from './first-owner-link.js';

function place(hasOwner: boolean) {
  const made: NewLink[] = [];
  const makeLink = (link: NewLink): Promise<void> => {
    made.push(link);
    return Promise.resolve();
  };
  const connections = { hasOwner: () => Promise.resolve(hasOwner), makeLink };
  return { made, place: { connections, publicUrl: 'https://rungate.example.com' } };
}

describe('the link of the first owner', () => {
  it('holds after its # what the database knows the hash of', async () => {
    const { made, place: here } = place(false);
    const [address, secret = ''] = (await firstOwnerLink(here, 'rungate'))?.split('#') ?? [];
    expect(address).toBe('https://rungate.example.com/setup');
    const hash = createHash('sha256').update(secret).digest();
    expect(made).toMatchObject([{ purpose: 'first-owner', role: 'owner', seconds: 1_800, hash }]);
  });

  it('is not made once there is an owner', async () => {
    const { made, place: here } = place(true);
    expect([await firstOwnerLink(here, 'rungate'), made]).toEqual([null, []]);
  });
});
