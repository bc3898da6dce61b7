import { joinLines, shell, type Shell } from '../model/text.js';
import { descriptionOf, type SetupFacts } from './kit.js';

/**
 * A POSIX shell script that creates and attaches the run task over the Terraform API. Token and key come from the
 * environment and stay off every command line.
 */
export function curlKit(facts: SetupFacts): Shell {
  return joinLines([HEADER, settings(facts), CALL, createTask(facts), ...attach(facts), shell``]);
}

const HEADER = shell`#!/bin/sh
# Creates a run task in HCP Terraform or Terraform Enterprise, as Rungate wrote it. Needs curl (7.76 or newer) and jq.
# Set TFE_TOKEN (a token with the permission Manage Run Tasks) and RUNGATE_HMAC_KEY (shown once, when it was made).
set -eu
: "\${TFE_TOKEN:?is not set}" "\${RUNGATE_HMAC_KEY:?is not set}"
export RUNGATE_HMAC_KEY
`;

// The token is handed over in a file descriptor: other users of the machine can read command lines.
const CALL = shell`call() {
  answer=$(
    curl --fail-with-body --silent --show-error --request "$1" --header @/dev/fd/3 \\
      --header 'Content-Type: application/vnd.api+json' --data-binary @- "$origin/api/v2$2" 3<<TOKEN
Authorization: Bearer $TFE_TOKEN
TOKEN
  ) || { printf '%s\\n' "$answer" >&2; exit 1; }
  printf '%s' "$answer"
}
`;

function settings({ terraformOrigin, terraformOrganization }: SetupFacts): Shell {
  return shell`origin=${terraformOrigin}
organization=${escaped(terraformOrganization)}
`;
}

function createTask(facts: SetupFacts): Shell {
  return shell`created=$(printf '%s' ${JSON.stringify(taskDocument(facts))} |
  jq --compact-output '.data.attributes["hmac-key"] = env.RUNGATE_HMAC_KEY' |
  call POST "/organizations/$organization/tasks")
task=$(printf '%s' "$created" | jq --raw-output .data.id)
echo "Created the run task $task."
`;
}

function taskDocument(facts: SetupFacts): object {
  const { runTask, hookUrl, scope, stages, enforcement, agentPoolId } = facts;
  const attributes = {
    category: 'task',
    name: runTask,
    url: hookUrl,
    description: descriptionOf(facts),
    enabled: true,
    ...(scope.kind === 'global'
      ? { 'global-configuration': { enabled: true, stages, 'enforcement-level': enforcement } }
      : {}),
  };
  const pool = { 'agent-pool': { data: { type: 'agent-pools', id: agentPoolId } } };
  return { data: { type: 'tasks', attributes, ...(agentPoolId === null ? {} : { relationships: pool }) } };
}

function attach(facts: SetupFacts): readonly Shell[] {
  const { scope, stages, enforcement } = facts;
  if (scope.kind === 'global') return [];
  const document = {
    data: {
      type: 'workspace-tasks',
      attributes: { 'enforcement-level': enforcement, stages },
      relationships: { task: { data: { type: 'tasks' } } },
    },
  };
  const place = shell`place() {
  printf '%s' ${JSON.stringify(document)} |
    jq --compact-output --arg task "$task" '.data.relationships.task.data.id = $task' |
    call POST "/workspaces/$1/tasks" >/dev/null
  echo "Attached it to the workspace $1."
}
`;
  return [place, scope.kind === 'tags' ? tagged(scope.tags) : named(scope.names)];
}

function named(names: readonly string[]): Shell {
  return joinLines(
    names.map(
      (name) => shell`found=$(call GET "/organizations/$organization/workspaces/"${escaped(name)} </dev/null)
place "$(printf '%s' "$found" | jq --raw-output .data.id)"`,
    ),
  );
}

function tagged(tags: readonly string[]): Shell {
  return shell`page=1
while [ "$page" != null ]; do
  found=$(call GET "/organizations/$organization/workspaces?page%5Bsize%5D=100&page%5Bnumber%5D=$page&search%5Btags%5D="${escaped(tags.join(','))} </dev/null)
  for workspace in $(printf '%s' "$found" | jq --raw-output '.data[].id'); do place "$workspace"; done
  page=$(printf '%s' "$found" | jq --raw-output '.meta.pagination["next-page"]')
done`;
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
