import { hcl, joinLines, type Hcl } from '../model/text.js';
import { descriptionOf, hostOf, type SetupFacts } from './kit.js';

/** Terraform configuration that creates and attaches the run task, formatted as `terraform fmt` does. The key is a variable. */
export function terraformKit(facts: SetupFacts): Hcl {
  return joinLines([header(facts), requirements(facts), provider(facts), variable(facts), task(facts), place(facts)]);
}

function header({ organization, runTask, keyFingerprint }: SetupFacts): Hcl {
  const key =
    keyFingerprint === null
      ? hcl`# The run task has no HMAC key yet: make one before you apply this.`
      : hcl`# The key with the fingerprint ${keyFingerprint} is not in this file: give it as TF_VAR_rungate_hmac_key.`;
  return joinLines([
    hcl`# Run task ${runTask} of the organization ${organization}, as Rungate wrote it.`,
    key,
    hcl`# The token of the provider needs the permission Manage Run Tasks: give it as TFE_TOKEN.`,
  ]);
}

function requirements({ keyHandling }: SetupFacts): Hcl {
  const providers = hcl`  required_providers {
    tfe = {
      source  = "hashicorp/tfe"
      version = ${keyHandling === 'write-only' ? '>= 0.75' : '>= 0.54'}
    }
  }
}
`;
  if (keyHandling === 'state') return joinLines([hcl`terraform {`, providers]);
  return joinLines([hcl`terraform {\n  required_version = ">= 1.11"\n`, providers]);
}

function provider({ terraformOrigin }: SetupFacts): Hcl {
  return hcl`provider "tfe" {
  hostname = ${hostOf(terraformOrigin)}
}
`;
}

function variable({ keyHandling }: SetupFacts): Hcl {
  if (keyHandling === 'write-only') {
    return hcl`variable "rungate_hmac_key" {
  type      = string
  sensitive = true
  ephemeral = true
}
`;
  }
  return hcl`# Before Terraform 1.11 the key ends up in the state: let only people read the state who may know the key.
variable "rungate_hmac_key" {
  type      = string
  sensitive = true
}
`;
}

function task(facts: SetupFacts): Hcl {
  const { terraformOrganization, runTask, hookUrl, keyHandling, keyNumber } = facts;
  const description = descriptionOf(facts);
  if (keyHandling === 'state') {
    return hcl`resource "tfe_organization_run_task" "rungate" {
  organization = ${terraformOrganization}
  name         = ${runTask}
  url          = ${hookUrl}
  description  = ${description}
  enabled      = true
  hmac_key     = var.rungate_hmac_key
}
`;
  }
  return hcl`resource "tfe_organization_run_task" "rungate" {
  organization = ${terraformOrganization}
  name         = ${runTask}
  url          = ${hookUrl}
  description  = ${description}
  enabled      = true
  hmac_key_wo  = var.rungate_hmac_key

  # Terraform sends the key again when this number changes: it goes up with each rotation.
  hmac_key_wo_version = ${keyNumber}
}
`;
}

function place({ scope, terraformOrganization, enforcement, stages }: SetupFacts): Hcl {
  if (scope.kind === 'global') {
    return hcl`# Every workspace of the organization; not every edition of HCP Terraform has global run tasks.
resource "tfe_organization_run_task_global_settings" "rungate" {
  task_id           = tfe_organization_run_task.rungate.id
  enabled           = true
  enforcement_level = ${enforcement}
  stages            = ${stages}
}
`;
  }
  const chosen = scope.kind === 'tags' ? hcl`  tag_names    = ${scope.tags}` : hcl`  names        = ${scope.names}`;
  return joinLines([
    hcl`data "tfe_workspace_ids" "rungate" {`,
    chosen,
    hcl`  organization = ${terraformOrganization}
}

resource "tfe_workspace_run_task" "rungate" {
  for_each          = data.tfe_workspace_ids.rungate.ids
  workspace_id      = each.value
  task_id           = tfe_organization_run_task.rungate.id
  enforcement_level = ${enforcement}
  stages            = ${stages}
}
`,
  ]);
}
