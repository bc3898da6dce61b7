import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listChanges, openPlan } from './index.js';

const directory = mkdtempSync(path.join(tmpdir(), 'rungate-changes-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function changesOf(resources: readonly object[]) {
  const file = path.join(directory, 'plan.json');
  writeFileSync(file, JSON.stringify({ format_version: '1.2', resource_changes: resources }));
  return listChanges(openPlan(file));
}

const resource = (name: string, actions: readonly string[], members: object = {}) => ({
  address: `aws_vpc.${name}`,
  mode: 'managed',
  type: 'aws_vpc',
  name,
  change: { actions, before: { cidr: '10.0.0.0/8' }, after: null, ...members },
});

describe('the changes of a plan', () => {
  it('are what becomes of each resource, with why it is replaced and without any value', async () => {
    const changes = await changesOf([
      resource('new', ['create']),
      resource('same', ['no-op']),
      { ...resource('read', ['read']), mode: 'data' },
      resource('other', ['delete', 'create'], { replace_paths: [['cidr']] }),
      resource('old', ['forget']),
    ]);
    expect(changes.items.map(({ address, action, why }) => [address, action, why])).toEqual([
      ['aws_vpc.new', 'create', null],
      ['aws_vpc.other', 'replace', 'cidr forces it'],
      ['aws_vpc.old', 'forget', null],
    ]);
    expect(changes.counts).toEqual({ create: 1, update: 0, replace: 1, delete: 0, forget: 1, import: 0 });
    expect(JSON.stringify(changes)).not.toContain('10.0.0.0');
  });

  it('are listed up to a thousand, and counted all', async () => {
    const changes = await changesOf(Array.from({ length: 1_200 }, (_, n) => resource(String(n), ['create'])));
    expect([changes.items.length, changes.isCut, changes.counts.create]).toEqual([1_000, true, 1_200]);
  });

  it('keep what hostile names would do to a page to themselves', async () => {
    const hostile = [0x202e, 0x07].map((code) => String.fromCharCode(code));
    const [item] = (await changesOf([resource(`x["${hostile.join('')}"]`, ['create'])])).items;
    expect(hostile.filter((letter) => item?.address.includes(letter) ?? true)).toEqual([]);
  });
});
