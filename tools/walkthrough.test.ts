import { readFileSync } from 'node:fs';
import path from 'node:path';
import { environmentReference } from '@rungate/config';
import {
  TASK_RESULT_STATES,
  transition,
  type TaskResult,
  type TaskResultEvent,
  type TaskResultState,
} from '@rungate/run-task';
import { problemsOf, type Checkout } from './page-problems.js';

const root = path.resolve(__dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Columns by table, as the schema maps them; relations are no columns. */
function tablesOf(schema: string): ReadonlyMap<string, ReadonlySet<string>> {
  const models = [...schema.matchAll(/^model (\w+) \{\n([^}]*)^\}/gm)];
  const relations = new Set(models.map(([, model]) => model));
  return new Map(
    models.map(([, , body = '']) => {
      const fields = [...body.matchAll(/^ {2}(\w+) +(\w+)(.*)$/gm)].filter(([, , type]) => !relations.has(type));
      const columns = fields.map(([, name = '', , rest = '']) => /@map\("(\w+)"\)/.exec(rest)?.[1] ?? name);
      return [/@@map\("(\w+)"\)/.exec(body)?.[1] ?? '', new Set(columns)];
    }),
  );
}

const checkout: Checkout = {
  root,
  directory: 'docs',
  tables: tablesOf(read('prisma/schema.prisma')),
  variables: new Set([...environmentReference().matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name)),
};
const page = read('docs/walkthrough.md');
const RETRY = '[`retry.ts`](../libs/run-task/src/model/retry.ts)';
const GATE = '[`organization-gate.ts`](../libs/postgres/src/organization-gate.ts)';

describe('docs/walkthrough.md', () => {
  test('names nothing that does not exist', () => {
    expect(problemsOf(page, checkout)).toEqual([]);
  });

  test('is linked from where people start to read', () => {
    for (const file of ['README.md', 'CONTRIBUTING.md']) expect(read(file)).toContain('(docs/walkthrough.md)');
    expect(read('libs/run-task/src/index.ts')).toContain('docs/walkthrough.md');
  });

  test('draws every state and every transition of a task result, and no other', () => {
    const [, picture = ''] = /^```mermaid\n([^]*?)^```$/m.exec(page) ?? [];
    const drawn = [...picture.matchAll(/^ *(\w+) --> (\w+) ?: (\w+)/gm)].map(([, from, to, event]) => [
      from,
      event,
      to,
    ]);
    expect(new Set(drawn.map(String))).toEqual(new Set(transitions().map(String)));
  });
});

describe('the check of a page', () => {
  test.each([
    ['a link that leads nowhere', '[here](../libs/nowhere.ts)', 'libs/nowhere.ts does not exist'],
    ['a link that says another file', '[`x.ts`](../README.md)', 'x.ts is linked to README.md'],
    ['a heading that is not there', '[so](../README.md#nothing)', 'README.md has no heading #nothing'],
    ['a path that is not there', 'See `libs/queue/src/x.ts`.', 'libs/queue/src/x.ts does not exist'],
    ['a function that is not there', `${RETRY} \`sendNow\``, 'sendNow is not in libs/run-task/src/model/retry.ts'],
    ['a function that a file only imports', `${RETRY} \`after\``, 'after is not in libs/run-task/src/model/retry.ts'],
    [
      'a method of another class',
      `${GATE} \`OrganizationGate.commit\``,
      'OrganizationGate.commit is not in libs/postgres/src/organization-gate.ts',
    ],
    [
      'words that stand nowhere',
      `${RETRY} \`try it again\``,
      'try it again is not in libs/run-task/src/model/retry.ts',
    ],
    ['a name in the next item', `- ${RETRY}\n- \`nextStep\``, 'nextStep stands beside no file'],
    ['a name in the next row', `| ${RETRY} |\n| \`nextStep\` |`, 'nextStep stands beside no file'],
    ['a table that is not there', 'The table `jobs`.', 'jobs stands beside no file'],
    ['a column that is not there', 'In `deliveries.colour`.', 'deliveries has no column colour'],
    ['a relation in place of a column', 'In `deliveries.attempts`.', 'deliveries has no column attempts'],
    ['a variable that is not there', 'Set `RUNGATE_SPEED`.', 'RUNGATE_SPEED is no environment variable'],
  ])('finds %s', (_what, text, problem) => {
    expect(problemsOf(text, checkout)).toEqual([problem]);
  });

  test('takes what is there, over line ends, and leaves fenced text alone', () => {
    const text = `- ${GATE} \`OrganizationGate.atOnce\`, \`SET LOCAL\n  synchronous_commit\`, \`relaxed\`, \`deliveries.due_at\`.\n
In \`prisma/schema.prisma\` and \`DATABASE_URL\`.\n\n\`\`\`\n\`nonsense\`\n\`\`\`\n`;
    expect(problemsOf(text, checkout)).toEqual([]);
  });
});

/** Every change that an event makes, as `[from, event, to]`. */
function transitions(): readonly (readonly [TaskResultState, string, TaskResultState])[] {
  return STATES.flatMap((from) =>
    EVENTS.flatMap((event) => {
      const to = after(from, event);
      return to === from ? [] : [[from.state, event.kind, to.state] as const];
    }),
  );
}

/** What cannot happen changes nothing. */
function after(from: TaskResult, event: TaskResultEvent): TaskResult {
  try {
    return transition(from, event);
  } catch {
    return from;
  }
}

const leaseUntil = new Date('2026-01-01T00:00:00Z');
const STATES: readonly TaskResult[] = TASK_RESULT_STATES.map((state) => ({
  ...{ epoch: 1, leaseUntil, verdict: 'passed', presumed: false, reason: 'none' },
  state,
}));
const EVENTS: readonly TaskResultEvent[] = [
  { kind: 'claim', leaseUntil },
  { kind: 'release' },
  { kind: 'wait', epoch: 1 },
  { kind: 'decide', epoch: 1, verdict: 'passed' },
  { kind: 'deliver', presumed: false },
  { kind: 'give_up', reason: 'none' },
  { kind: 'resend' },
];
