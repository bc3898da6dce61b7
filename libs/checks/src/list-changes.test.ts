import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listChanges } from './index.js';

const directory = mkdtempSync(path.join(tmpdir(), 'rungate-changes-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function changesOf(resources: readonly object[], root_module: object = {}) {
  const file = path.join(directory, 'plan.json');
  writeFileSync(
    file,
    JSON.stringify({ format_version: '1.2', resource_changes: resources, configuration: { root_module } }),
  );
  return listChanges(file);
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

describe('references between the changes of a plan', () => {
  const at = (address: string) => ({
    ...resource('x', ['create']),
    address,
    ...(address.startsWith('module.') ? { module_address: address.slice(0, address.lastIndexOf('.', -2)) } : {}),
  });
  const configured = (address: string, ...references: string[]) => ({
    address,
    expressions: { tags: {}, block: [{ inner: { references } }] },
  });
  const drawn = async (addresses: readonly string[], root: object): Promise<readonly string[]> => {
    const { items, references } = await changesOf(addresses.map(at), root);
    return references.map(({ from, to }) => `${items[from]?.address ?? ''} → ${items[to]?.address ?? ''}`);
  };

  it('are those of the configuration, one for all instances of a resource, and none to what stays', async () => {
    const root = {
      resources: [
        configured('aws_vpc.main'),
        configured('aws_subnet.each', 'aws_vpc.main.id', 'aws_vpc.main', 'each.key', 'aws_vpc.same', 'var.region'),
        { address: 'aws_instance.web', for_each_expression: { references: ['aws_subnet.each["a.b"].id'] } },
        { address: 'aws_eip.ip', depends_on: ['aws_instance.web'] },
      ],
    };
    const addresses = ['aws_vpc.main', 'aws_subnet.each["a.b"]', 'aws_subnet.each["c"]', 'aws_instance.web[0]'];
    expect(await drawn([...addresses, 'aws_eip.ip'], root)).toEqual([
      'aws_subnet.each["a.b"] → aws_vpc.main',
      'aws_instance.web[0] → aws_subnet.each["a.b"]',
      'aws_eip.ip → aws_instance.web[0]',
    ]);
  });

  it('go through the variables and outputs of modules', async () => {
    const inner = {
      resources: [configured('aws_vpc.main', 'var.cidr')],
      outputs: { id: { expression: { references: ['aws_vpc.main.id'] } } },
    };
    const root = {
      resources: [
        configured('aws_subnet.each', 'module.net[0].id', 'module.net[0]', 'module.net'),
        configured('aws_ipam.pool'),
      ],
      module_calls: {
        net: { expressions: { cidr: { references: ['aws_ipam.pool.cidr', 'aws_ipam.pool'] } }, module: inner },
      },
    };
    expect(await drawn(['aws_subnet.each', 'aws_ipam.pool', 'module.net[0].aws_vpc.main'], root)).toEqual([
      'aws_subnet.each → module.net[0].aws_vpc.main',
      'module.net[0].aws_vpc.main → aws_ipam.pool',
    ]);
  });

  it('end where a configuration goes round in circles, has the names of our objects, or is none', async () => {
    const circle = {
      resources: [configured('aws_vpc.a', 'var.__proto__', 'module.net.out', 'aws_vpc.b')],
      outputs: { out: { expression: { references: ['var.in'] } } },
    };
    const root = {
      resources: [configured('aws_vpc.b', 'module.net.out', 'module.constructor.x')],
      module_calls: { net: { expressions: { in: { references: ['module.net.out'] } }, module: circle } },
    };
    expect(await drawn(['module.net.aws_vpc.a', 'aws_vpc.b'], root)).toEqual([]);
    expect(await drawn(['aws_vpc.a', 'aws_vpc.b'], { resources: 1, module_calls: [{ module: null }] })).toEqual([]);
  });

  it('are at most two thousand, and looked for in a bounded time', async () => {
    const addresses = Array.from({ length: 60 }, (_, n) => `aws_vpc.v${n}`);
    const all = addresses.map((address) => configured(address, ...addresses));
    expect(await drawn(addresses, { resources: all })).toHaveLength(2_000);
    // Each asks for an output that asks for all others.
    const outputs = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, n) => [`o${n}`, { expression: { references: ['var.all'] } }]),
    );
    const every = Object.keys(outputs).map((name) => `module.net.${name}`);
    const call = { expressions: { all: { references: every } }, module: { outputs } };
    const root = { resources: addresses.map((address) => configured(address, ...every)), module_calls: { net: call } };
    expect(await drawn(addresses, root)).toEqual([]);
  });
});
