import { factsOf, isVariable, VARIABLES, type VariableName } from './variables.js';

/** `docs/reference/environment.md`, whole. */
export function environmentReference(): string {
  const names = Object.keys(VARIABLES).filter(isVariable);
  return `${HEAD}
| variable | meaning | default | example |
| --- | --- | --- | --- |
${names.map(row).join('\n')}
`;
}

const HEAD = `# Environment

Written by \`node tools/reference.mjs\` from \`libs/config/src/variables.ts\`; change it there.

Everything wrong with the environment is listed at once, and the process refuses to start. An empty variable counts as
unset. Where "file" is noted, \`<NAME>_FILE\` may name a file that holds the value. A \`RUNGATE_\` variable that is not
listed here is refused, so that a typing error is noticed.
`;

function row(name: VariableName): string {
  const facts = factsOf(name);
  const fallback = facts.otherwise ?? `\`${defaultOf(name)}\``;
  const notes = facts.secret ? ' Secret (file).' : '';
  const example = facts.example.includes('`') ? facts.example : `\`${facts.example}\``;
  return `| \`${name}\` | ${facts.meaning}${notes} | ${fallback} | ${example} |`;
}

function defaultOf(name: VariableName): string {
  const { def } = VARIABLES[name];
  return 'defaultValue' in def ? def.defaultValue : 'none';
}
