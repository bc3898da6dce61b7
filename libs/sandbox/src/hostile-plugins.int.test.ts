import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CheckEnd, IsolationLevel } from '@rungate/run-task';
import { attack, check, PLUGINS, runAssignment, told } from '../testing/assignments.js';
import { areGone, processesOf, processTree } from '../testing/processes.js';
import { startRunner, type Runner } from './index.js';
import { findTools, whyNoBubblewrap } from './runner/isolation.js';

jest.setTimeout(60_000);

const MEMORY_MB = 256;
/** A limit that is to be met, and one that must not be met first. */
const SECOND_TO_LIVE = { timeoutSeconds: 1 };
/** A tenth of it is left when a plugin is told. */
const TIME_TO_REACT = { timeoutSeconds: 5 };
const TIME_ENOUGH = { timeoutSeconds: 20 };
/** The limit of a second and the 2 s after it; a busy machine may take its time. */
const AT_MOST_MS = 15_000;
/** The argument of every process that an attack starts. */
const MARKER = '27182.8';

const MEETS_ITS_LIMIT = new Set(['spin', 'hang', 'regex', 'ignoresTerm']);

/** How each attack ends wherever it is tried; an odd one out is named by level. */
const ATTACKS: readonly (readonly [name: string, reason: RegExp])[] = [
  ['spin', /^timeout .* within 1 s/],
  ['hang', /^timeout .* within 1 s/],
  ['regex', /^timeout .* within 1 s/],
  ['ignoresTerm', /^timeout .* within 1 s/],
  ['heap', /^memory .*256 MB/],
  ['threads', /^threw .*ERR_ACCESS_DENIED|^threw .*permission|^threw .*restricted/],
  ['forks', /^threw .*restricted|^threw .*EPERM/],
  ['output', /^output .*256 kB/],
  ['console', /^output .*256 kB/],
  ['replyFlood', /^reply_too_large .*4 MB/],
  ['largeReport', /^reply_too_large .*4 MB/],
  ['manyFindings', /^bad_reply/],
  ['oddReport', /^bad_reply .*verdict/],
  ['notANumber', /^bad_reply/],
  ['circular', /^threw .*circular/],
  ['forgedReply', /^bad_reply/],
  ['forgedReady', /^bad_reply/],
  ['forgedLog', /^output/],
  ['logFlood', /^reported said much/],
  ['prototype', /^reported x/],
  ['exit', /^exited .*code 0/],
  ['abort', /^crashed .*SIGABRT/],
  ['kills', /^crashed .*SIGSEGV/],
  ['throws', /^threw .*no such luck/],
  ['rejects', /^threw .*odd/],
  ['rejectsLater', /^exited .*code 1/],
  ['badImport', /^threw .*no-such-package/],
  ['disk', /^threw .*restricted|^threw .*EROFS/],
  ['descriptors', /^threw .*EMFILE/],
];

/** Where memory besides the heap is limited. */
const MEMORY_ATTACKS: readonly (readonly [name: string, reason: RegExp])[] = [
  ['buffers', /^memory .*256 MB/],
  ['shared', /^(memory|crashed) /],
  ['webAssembly', /^(memory|crashed|threw) /],
];

/** What the level decides, besides memory; all else is the same at each, and tried at full. */
const DECIDED_BY_LEVEL = new Set([
  'spin',
  'ignoresTerm',
  'heap',
  'threads',
  'forks',
  'output',
  'exit',
  'kills',
  'disk',
]);

const LEVELS: readonly IsolationLevel[] = ['full', 'limited', 'weak'];

/** Skipped, not passed over, where bubblewrap is missing: under CI=true nothing may be skipped. */
const reachesFull = whyNoBubblewrap(findTools()) === null;
if (!reachesFull) it.skip('hostile plugins at the level full', () => undefined);

describe.each(LEVELS.filter((level) => reachesFull || level !== 'full'))('hostile plugins at the level %s', (level) => {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'rungate-hostile-test-')));
  const seen = new Set<number>();
  const durations: string[] = [];
  let runner: Runner;

  beforeAll(async () => {
    runner = startRunner({
      directory,
      strongest: level,
      pluginsDir: PLUGINS,
      acceptOthersAt: level,
      memoryMb: MEMORY_MB,
    });
    expect(await runner.ready()).toBe(level);
  });

  afterAll(async () => {
    sample();
    // For whoever asks how long each took; `--silent` hides it.
    console.log(`${level}: ${durations.join(', ')} ms`);
    await runner.close();
    expect(await areGone([...seen])).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
    rmSync(directory, { recursive: true, force: true });
  });

  function sample(): void {
    for (const { pid } of processTree(runner.pid ?? 0)) seen.add(pid);
  }

  /** Runs an attack, and after it a check that must not notice. */
  async function run(name: string, config: Record<string, unknown> = {}): Promise<CheckEnd | undefined> {
    const sampling = setInterval(sample, 50);
    const pid = runner.pid;
    const limit = MEETS_ITS_LIMIT.has(name) ? SECOND_TO_LIVE : TIME_ENOUGH;
    const ends = await runAssignment(runner, [attack(name, config, limit), attack('polite')]);
    clearInterval(sampling);
    expect(ends.slice(1).map(told)).toEqual(['reported well']);
    expect(ends[0]?.durationMs).toBeLessThan(AT_MOST_MS);
    expect(runner.pid).toBe(pid);
    durations.push(`${name} ${ends[0]?.durationMs ?? 0}`);
    return ends[0];
  }

  const attacks = [
    ...ATTACKS.filter(([name]) => level === 'full' || DECIDED_BY_LEVEL.has(name)),
    ...(level === 'weak' ? [] : MEMORY_ATTACKS),
  ];
  it.each(attacks)('ends %s, and the next check goes on', async (name, reason) => {
    const end = await run(name, { marker: MARKER });
    expect(told(end)).toMatch(reason);
    expect(end?.log.length).toBeLessThanOrEqual(100);
    expect(processesOf(MARKER)).toEqual([]);
  });

  it('lets other task results go on meanwhile', async () => {
    const others = runAssignment(runner, [attack('slow')]);
    await run('spin');
    expect((await others).map(told)).toEqual(['reported slow']);
  });

  if (level === 'full') {
    it('tells a plugin that its time is nearly over', async () => {
      const ends = await runAssignment(runner, [attack('aborts', {}, TIME_TO_REACT)]);
      expect(ends.map(told)).toEqual(['reported gave up in time']);
    });
  }

  it('shows them neither files, nor other processes, nor an environment, nor a way to start anything', async () => {
    const canary = path.join(directory, 'canary');
    writeFileSync(canary, 'planted');
    const seenByPlugin = told(await run('look', { canary })).split('\n');
    rmSync(canary);
    const [environment, ...rest] = seenByPlugin;
    expect(environment).toMatch(/environment=\["LANG","PATH"(,"PWD")?\]$/);
    const open = rest.filter((line) => !line.includes('=DENIED '));
    // The root of a file system of its own may be listed: it holds nothing.
    expect(open.filter((line) => level !== 'full' || !line.startsWith('siblings='))).toEqual([]);
    expect(open.join()).not.toContain('check-');
  });

  it('opens no inspector in the runner', async () => {
    await run('inspector', { pid: runner.pid });
    expect(await connects(9229)).toBe(false);
  });

  it('gives each task result a child of its own', async () => {
    const found = [];
    for (const workspaceName of ['acme', 'globex', 'initech']) {
      const ends = await runAssignment(runner, [attack('tag')], { run: { workspaceName } });
      found.push(...ends.map(told));
    }
    expect(found).toEqual(Array.from({ length: 3 }, () => 'reported found 0'));
  });

  if (level === 'full') {
    it('gives them no network: neither TCP, nor Unix and abstract sockets, nor names', async () => {
      const socket = path.join(directory, 'socket');
      const abstract = `rungate-hostile-${process.pid}`;
      const servers = [await listen(0), await listen(socket), await listen(`\0${abstract}`)];
      const address = servers[0]?.address();
      const port = typeof address === 'object' ? address?.port : null;
      const end = await run('network', { port, socket, abstract });
      for (const server of servers) server.close();
      expect(told(end)).toBe('reported tcp=EPERM unix=EPERM abstract=EPERM outside=EPERM dns=EAI_AGAIN listen=EPERM');
    });
  }
});

describe('plugins of others', () => {
  it('are refused below the level that they need, and checks that use them say why', async () => {
    const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'rungate-refusal-test-')));
    const lines: string[] = [];
    const note = (moment: string, fields: object): void => {
      lines.push(`${moment} ${JSON.stringify(fields)}`);
    };
    const runner = startRunner({
      directory,
      strongest: 'limited',
      pluginsDir: PLUGINS,
      log: { info: note, warn: note, error: note },
    });
    await runner.ready();
    expect(runner.plugins).toEqual([]);
    expect(lines.filter((line) => line.startsWith('plugin refused'))).toHaveLength(3);
    expect(lines.join('\n')).toContain(
      'isolated at the level limited, plugins of others need full, and the runner is not one of its own',
    );
    const ends = await runAssignment(runner, [check('good')]);
    expect(told(ends[0])).toMatch(/^plugin_unknown .*good: refused, because checks are isolated at the level limited/);
    await runner.close();
    rmSync(directory, { recursive: true, force: true });
  });
});

function listen(where: number | string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    const at = typeof where === 'number' ? { host: '127.0.0.1', port: where } : { path: where };
    server.listen(at, () => {
      resolve(server);
    });
  });
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}
