/** A plan of some kilobytes with one resource of each kind of change, in the shape that `terraform show -json` prints. */
export function smallPlan(): Buffer {
  const changes = [
    change('terraform_data.created', ['create'], null, { input: 'a', id: null }),
    change('terraform_data.updated', ['update'], { input: 'a', id: '1' }, { input: 'b', id: '1' }),
    change('terraform_data.same', ['no-op'], { input: 'a', id: '2' }, { input: 'a', id: '2' }),
  ];
  return Buffer.from(
    JSON.stringify({
      format_version: '1.2',
      terraform_version: '1.11.4',
      planned_values: { root_module: {} },
      resource_changes: changes,
      configuration: { root_module: {} },
      complete: true,
      applyable: true,
      errored: false,
    }),
  );
}

function change(address: string, actions: readonly string[], before: unknown, after: unknown): unknown {
  const [type, name] = address.split('.');
  return {
    address,
    mode: 'managed',
    type,
    name,
    provider_name: 'terraform.io/builtin/terraform',
    change: { actions, before, after, after_unknown: {}, before_sensitive: {}, after_sensitive: {} },
  };
}
