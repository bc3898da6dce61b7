import type { Browser, BrowserContextOptions } from 'playwright-core';
import { z } from 'zod';
import type { OrganizationRole, PlatformRole } from '@rungate/access';
import { FaultProxy } from '../faults/fault-proxy.js';
import { Api } from '../harness/api.js';
import { freePort } from '../harness/checkout.js';
import { queryAsSuperuser } from '../harness/embedded-database.js';
import { GUARD, judgeRun, startInstallation, SUMMARY, type Installation } from '../harness/installation.js';
import type { Hook } from '../harness/simulator-process.js';
import { launchChromium } from './chromium.js';
import { Person } from './person.js';
import { SamlProvider } from './saml-provider.js';

const named = z.object({ id: z.string() });
const minted = z.object({ token: z.string() });

/** Everybody of the development provider, as the buttons of the sign-in are named. */
export const PERSONAS = {
  owner: 'Olivia Owner',
  operator: 'Omar Operator',
  admin: 'Ada Admin (acme)',
  viewer: 'Vik Viewer (acme)',
  adminOfGlobex: 'Gita Admin (globex)',
} as const;
/** One of them. */
export type PersonaName = (typeof PERSONAS)[keyof typeof PERSONAS];

/** A role that somebody can sign in with. */
export type SignedInRole = PlatformRole | OrganizationRole;

/** The roles that no persona has: who takes them on, and by which id the provider knows that persona. */
const TAKEN_ON: Readonly<Record<string, readonly [persona: PersonaName, subject: string]>> = {
  onboarder: [PERSONAS.operator, 'omar'],
  support: [PERSONAS.operator, 'omar'],
  auditor: [PERSONAS.operator, 'omar'],
  editor: [PERSONAS.viewer, 'vik'],
};

/** Ids of what there is to look at: task results of acme, all judged, and more. */
export interface Told {
  readonly passed: string;
  readonly failed: string;
  /** Its Terraform refused the verdict twice, and would take it now. */
  readonly givenUp: string;
  /** Of an operation of the platform that would send again what was given up. */
  readonly operation: string;
  /** Of one of acme's own. */
  readonly operationOfAcme: string;
  /** Of acme's connection to the SAML provider. */
  readonly connection: string;
}

/** The whole platform, a simulated Terraform, providers to sign in at, and a real browser. */
export class Stage {
  readonly #people: Person[] = [];

  private constructor(
    readonly installation: Installation,
    private readonly browser: Browser,
    /** Between people and the platform. */
    readonly network: FaultProxy,
    readonly saml: SamlProvider,
    /** Of acme's run task `guardrails`. */
    readonly hook: Hook,
    readonly told: Told,
    /** Of the platform, as people reach it. */
    readonly url: string,
    private readonly issuer: string,
  ) {}

  static async start(): Promise<Stage> {
    const browser = await launchChromium();
    const port = await freePort();
    const network = await FaultProxy.start(port);
    const url = `http://127.0.0.1:${network.port}`;
    const env = { RUNGATE_LISTEN: `127.0.0.1:${port}`, RUNGATE_PUBLIC_URL: url };
    const installation = await startInstallation({ env });
    const { api, simulator, rungate } = installation;
    const desired = { terraformOrigin: simulator.origin, checks: [GUARD, SUMMARY] };
    const { hookUrl, hmacKey } = await api.createRunTask('acme', 'guardrails', desired);
    // Terraform reaches it whatever becomes of the network of people.
    const hook = { hmacKey, hookUrl: hookUrl.replace(url, `http://127.0.0.1:${port}`) };
    await simulator.register(hook);
    const refused = [{ status: 401 }, { status: 401 }];
    const [passed, failed, givenUp] = await Promise.all(
      [{ plan: 'create' }, { plan: 'replace' }, { plan: 'replace', faults: { callback: refused } }].map(
        async (options) => (await judgeRun(installation, { ...hook, ...options })).detail.id,
      ),
    );
    const resend = { kind: 'resend', filter: { state: 'undeliverable' }, reason: 'The callback host was away' };
    const operation = await plan(api, resend);
    const token = { name: 'console-tests', role: 'editor', expiresInDays: 1 };
    const ofAcme = new Api(
      rungate,
      minted.parse((await api.call('POST', '/organizations/acme/tokens', token)).body).token,
    );
    const judgeAgain = { kind: 'reevaluate', filter: { verdict: 'failed' }, reason: 'The guard has a new rule' };
    const operationOfAcme = await plan(ofAcme, judgeAgain);
    const saml = await SamlProvider.start();
    const connection = await saml.connect(rungate);
    const told = {
      passed: passed ?? '',
      failed: failed ?? '',
      givenUp: givenUp ?? '',
      operation,
      operationOfAcme,
      connection,
    };
    return new Stage(installation, browser, network, saml, hook, told, url, await issuerOf(url));
  }

  /** A window of its own, with nobody signed in. */
  async somebody(options: BrowserContextOptions = {}): Promise<Person> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    });
    const person = await Person.at(context, { ours: this.url, providers: [this.issuer, this.saml.origin] });
    this.#people.push(person);
    return person;
  }

  /** A persona who came to the sign-in from a page, chose a button there, and came back to the page. */
  async signedIn(persona: PersonaName, path = '/', options: BrowserContextOptions = {}): Promise<Person> {
    const person = await this.somebody(options);
    await person.goTo(`/login?next=${encodeURIComponent(path)}`);
    await person.link(persona).click();
    await person.page.waitForURL((url) => url.origin === this.url && !/^\/(login|auth\/.*)$/.test(url.pathname));
    await person.settled();
    return person;
  }

  /** Somebody with a role, whether a persona has it or not. */
  async inRole(role: SignedInRole, path = '/', options: BrowserContextOptions = {}): Promise<Person> {
    const taken = TAKEN_ON[role];
    if (taken === undefined) return this.signedIn(personaWith(role), path, options);
    const [persona, subject] = taken;
    const person = await this.signedIn(persona, '/settings', options);
    // By the console it would end the session. The next sign-in gives the persona's own role again.
    await this.sql(`UPDATE identities SET role = '${role}' WHERE subject = '${subject}'`);
    await person.goTo(path);
    return person;
  }

  /** Asks the database behind the platform's back. */
  sql(text: string): Promise<readonly unknown[]> {
    return queryAsSuperuser(this.installation.rungate.dataDir, text);
  }

  /** Closes every window; what any of them did that must not be. */
  async closed(): Promise<readonly string[]> {
    const people = this.#people.splice(0);
    await Promise.all(people.map(({ context }) => context.close()));
    return people.flatMap(({ watch }) => watch.problems);
  }
}

async function plan(api: Api, operation: object): Promise<string> {
  const { body } = await api.call('POST', '/operations', { ...operation, perSecond: 5 });
  return named.parse(body).id;
}

function personaWith(role: SignedInRole): PersonaName {
  switch (role) {
    case 'owner':
    case 'operator':
    case 'admin':
    case 'viewer':
      return PERSONAS[role];
    default:
      throw new Error(`no persona is ${role}`);
  }
}

/** Where the development provider is reached. */
async function issuerOf(url: string): Promise<string> {
  const options = (await (await fetch(`${url}/auth/options`)).json()) as { choices: { href: string }[] };
  const answer = await fetch(`${url}${options.choices[0]?.href ?? ''}`, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').origin;
}
