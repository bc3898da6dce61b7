import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HOSTILE_CASES } from '../../testing/hostile-texts.js';
import { markdownParts } from '../../testing/markdown.js';
import { curlKit } from './curl-kit.js';
import { descriptionOf, isHcpTerraform, type SetupFacts } from './kit.js';
import { markdownKit } from './markdown-kit.js';
import { terraformKit } from './terraform-kit.js';

const GLOBAL: SetupFacts = {
  organization: 'acme',
  runTask: 'guard',
  hookUrl: 'https://rungate.example.com/hooks/0mT2Zb8xJq4Lw9aYc7Rf1w',
  terraformOrigin: 'https://app.terraform.io',
  keyFingerprint: '3f9a1c07',
  keyNumber: 2,
  terraformOrganization: 'acme-corp',
  scope: { kind: 'global' },
  stages: ['post_plan'],
  enforcement: 'advisory',
  keyHandling: 'write-only',
  agentPoolId: null,
};
const OLDER: SetupFacts = {
  ...GLOBAL,
  terraformOrigin: 'https://tfe.corp.example:8443',
  scope: { kind: 'tags', tags: ['prod', 'team:platform'] },
  stages: ['pre_plan', 'post_plan'],
  enforcement: 'mandatory',
  keyHandling: 'state',
};
const CHOSEN: SetupFacts = {
  ...GLOBAL,
  scope: { kind: 'workspaces', names: ['web', 'network'] },
  agentPoolId: 'apool-yoGUFz5zcRMMz53i',
};

/** Looked at by a person, and checked with `terraform fmt -check` of Terraform 1.11 and `sh -n`. */
const golden = (name: string): string => readFileSync(path.join(__dirname, 'fixtures', name), 'utf8');

describe('the setup kit', () => {
  it.each([
    ['global.tf', terraformKit(GLOBAL)],
    ['older.tf', terraformKit(OLDER)],
    ['workspaces.tf', terraformKit(CHOSEN)],
    ['global.sh', curlKit(GLOBAL)],
    ['older.sh', curlKit(OLDER)],
    ['workspaces.sh', curlKit(CHOSEN)],
    ['global.md', markdownKit(GLOBAL)],
    ['older.md', markdownKit(OLDER)],
    ['workspaces.md', markdownKit(CHOSEN)],
  ])('is %s to the letter', (name, text) => {
    expect(text).toBe(golden(name));
  });

  it('says so when there is no key yet', () => {
    const keyless = { ...GLOBAL, keyFingerprint: null };
    expect(terraformKit(keyless)).toContain('# The run task has no HMAC key yet');
    expect(markdownKit(keyless)).toContain('this run task has none yet');
    expect(descriptionOf(keyless)).toBe('Rungate acme/guard');
  });

  it('keeps the description within what the platform takes', () => {
    const long = descriptionOf({ ...GLOBAL, runTask: 'x'.repeat(1_000) });
    expect(long).toHaveLength(300);
    expect(long).toMatch(/ \(HMAC key 3f9a1c07\)$/);
  });

  it.each([
    ['https://app.terraform.io', true],
    ['https://app.eu.terraform.io', true],
    ['https://terraform.io.evil.example', false],
    ['https://evilterraform.io', false],
    ['http://app.terraform.io', false],
    ['https://app.terraform.io:8443', false],
  ])('tells HCP Terraform by its host: %s', (origin, isHcp) => {
    expect(isHcpTerraform(origin)).toBe(isHcp);
  });

  it.each(HOSTILE_CASES)('has the same lines whatever is in %j', (_, text) => {
    const hostile = (facts: SetupFacts): SetupFacts => ({
      ...facts,
      organization: text,
      runTask: text,
      terraformOrganization: text,
      scope:
        facts.scope.kind === 'tags'
          ? { kind: 'tags', tags: [text, text] }
          : facts.scope.kind === 'workspaces'
            ? { kind: 'workspaces', names: [text, text] }
            : facts.scope,
    });
    for (const facts of [GLOBAL, OLDER, CHOSEN]) {
      for (const kit of [terraformKit, curlKit, markdownKit]) {
        expect(kit(hostile(facts)).split('\n')).toHaveLength(kit(facts).split('\n').length);
      }
      expect(markdownParts(markdownKit(hostile(facts))).outside).toBe(markdownParts(markdownKit(facts)).outside);
    }
  });
});
