/** A sensitive value: marked once, and planted wherever else a plan can hold a string. */
const CANARY = 'canary-"5up3r"-s3cr3t-ünï';

/**
 * A plan with the canary in every corner; only `resource_changes[0].change.after.password` is marked.
 * `changes` go beside it.
 */
export function canaryPlan(changes: readonly unknown[] = []): Record<string, unknown> {
  const after = { password: CANARY, url: `postgres://u:${CANARY}@db/x`, tags: { [`k-${CANARY}`]: [CANARY] } };
  const entry = resource('aws_db_instance.main', {
    actions: ['create'],
    before: null,
    after,
    after_unknown: { id: true },
    before_sensitive: false,
    after_sensitive: { password: true },
  });
  const planned = { address: 'aws_db_instance.main', type: 'aws_db_instance', values: after, sensitive_values: {} };
  const module = { resources: [planned], child_modules: [{ address: 'module.m', resources: [planned] }] };
  return {
    format_version: '1.2',
    terraform_version: '1.14.0',
    variables: { db: { value: { deep: [CANARY] } } },
    planned_values: { outputs: { url: { sensitive: false, value: CANARY } }, root_module: module },
    resource_drift: [resource('aws_vpc.a', { ...entry.change, after_sensitive: {} })],
    resource_changes: [
      entry,
      resource(`aws_instance.a[${JSON.stringify(CANARY)}]`, { actions: ['no-op'], before: {}, after: {} }),
      ...changes,
    ],
    deferred_changes: [{ reason: 'unknown', resource_change: { ...entry, change: { after, after_sensitive: false } } }],
    output_changes: { url: { actions: ['create'], before: null, after: { policy: JSON.stringify({ p: CANARY }) } } },
    prior_state: { values: { outputs: {}, root_module: module } },
    configuration: {
      provider_config: { aws: { name: 'aws', expressions: { token: { constant_value: CANARY } } } },
      root_module: {
        resources: [{ address: 'aws_vpc.a', expressions: { name: { constant_value: CANARY } } }],
        module_calls: {
          m: { source: `git::https://${CANARY}@host/m`, module: { variables: { v: { default: CANARY } } } },
        },
      },
    },
    checks: [{ address: { to_display: 'check.c' }, instances: [{ problems: [{ message: `got ${CANARY}` }] }] }],
    generated_note: `import { id = ${CANARY} }`,
  };
}

/** Every way in which the canary can be written in JSON, once or twice encoded. */
export const CANARY_TRACES: readonly string[] = [CANARY, JSON.stringify(CANARY).slice(1, -1), '5up3r'];

function resource(address: string, change: Record<string, unknown>) {
  const [type = ''] = address.split('.');
  return { address, mode: 'managed', type, name: 'main', change };
}
