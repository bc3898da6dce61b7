import { joinLines, markdown, markdownBlocks, type Markdown } from '../model/text.js';
import { hostOf, isHcpTerraform, type SetupFacts } from './kit.js';

/** Steps for a person who sets the run task up by hand in HCP Terraform or Terraform Enterprise. */
export function markdownKit(facts: SetupFacts): Markdown {
  const { runTask, terraformOrganization, terraformOrigin } = facts;
  const blocks = markdownBlocks([
    markdown`# Set up the run task`,
    markdown`Run task ${runTask}, to be called by the organization ${terraformOrganization} at ${terraformOrigin}.`,
    markdown`## You need`,
    needs(facts),
    isHcpTerraform(terraformOrigin) ? markdown`## In HCP Terraform` : markdown`## In Terraform Enterprise`,
    steps(facts),
    markdown`## To remove it`,
    markdown`Detach the run task from every workspace first, then delete it under Organization Settings → Run Tasks. The page lists the workspaces that are left.`,
  ]);
  return joinLines([blocks, markdown``]);
}

function needs({ keyFingerprint, terraformOrigin, hookUrl, agentPoolId }: SetupFacts): Markdown {
  const host = new URL(hookUrl).host;
  return joinLines([
    markdown`- The permission **Manage Run Tasks**: an owner of the organization, or a team that has it.`,
    markdown`- Terraform 1.1.9 or newer in the workspaces.`,
    keyFingerprint === null
      ? markdown`- An HMAC key: this run task has none yet.`
      : markdown`- The HMAC key with the fingerprint ${keyFingerprint}. It was shown once, when it was made.`,
    ...(isHcpTerraform(terraformOrigin) ? hcpNeeds(host, agentPoolId) : tfeNeeds(host, terraformOrigin)),
  ]);
}

function hcpNeeds(host: string, agentPoolId: string | null): readonly Markdown[] {
  if (agentPoolId !== null) {
    return [
      markdown`- HCP Terraform Premium, and agents 1.21.1 or newer in the pool ${agentPoolId}, started with \`-request-forwarding\`, that reach ${host}.`,
    ];
  }
  return [
    markdown`- HCP Terraform reaches ${host} from the addresses listed under \`notifications\` at https://app.terraform.io/api/meta/ip-ranges.`,
    markdown`- The free edition has one run task and at most ten workspaces with it.`,
  ];
}

function tfeNeeds(host: string, terraformOrigin: string): readonly Markdown[] {
  return [
    markdown`- The TFE host reaches ${host}, and trusts its certificate: a private authority belongs into \`TFE_TLS_CA_BUNDLE_FILE\`.`,
    markdown`- This service reaches ${hostOf(terraformOrigin)} and trusts its certificate: ask its operator to add a private authority.`,
    markdown`- TFE v202206-1 or newer; several stages at once need v202404-1.`,
  ];
}

function steps(facts: SetupFacts): Markdown {
  const { runTask, hookUrl, agentPoolId, enforcement } = facts;
  const source =
    agentPoolId === null
      ? markdown`3. Source, where the page asks for it: **Managed**.`
      : markdown`3. Source: **Agent**, with the pool ${agentPoolId}.`;
  return joinLines([
    markdown`1. Open **Organization Settings → Run Tasks → Create run task**.`,
    markdown`2. Name ${runTask} · Endpoint URL ${hookUrl} · HMAC key: the key. The page calls it optional; here it is required.`,
    source,
    markdown`4. **Create**. A test request is sent now; it verifies the run task here within seconds.`,
    ...scopeSteps(facts),
    markdown`6. Start a plan, and look at the result on the run's page.`,
    ...(enforcement === 'advisory'
      ? [
          markdown`7. When two weeks of results look right, change **Advisory** to **Mandatory**: a run task that fails, or that does not answer in time, then stops the run.`,
        ]
      : [markdown`7. **Mandatory** means: a run task that fails, or that does not answer in time, stops the run.`]),
  ]);
}

/** Names of the stages as the pages show them. */
const STAGE_NAMES = {
  pre_plan: 'Pre-plan',
  post_plan: 'Post-plan',
  pre_apply: 'Pre-apply',
  post_apply: 'Post-apply',
} as const;

function scopeSteps({ scope, stages, enforcement }: SetupFacts): readonly Markdown[] {
  const stageNames = stages.map((stage) => STAGE_NAMES[stage]).join(', ');
  const level = enforcement === 'advisory' ? 'Advisory' : 'Mandatory';
  switch (scope.kind) {
    case 'global':
      return [
        markdown`5. Open the task → **Scope** → global → ${stageNames} → ${level}. Where the edition has no global run tasks, attach it to each workspace.`,
      ];
    case 'tags':
      return [
        markdown`5. In each workspace that has these tags: **Settings → Run Tasks → Add run task +** under ${stageNames} → ${level}.`,
        ...scope.tags.map((tag) => markdown`   - ${tag}`),
      ];
    case 'workspaces':
      return [
        markdown`5. In each of these workspaces: **Settings → Run Tasks → Add run task +** under ${stageNames} → ${level}.`,
        ...scope.names.map((name) => markdown`   - ${name}`),
      ];
  }
}
