import type { Sample } from '@rungate/contract';

/** Small plans of ours, as `terraform show -json` would print them: one that every careful check passes, and one that no one should. */
export const SAMPLES: Readonly<Record<Sample, object>> = {
  safe: planOf({
    address: 'aws_s3_bucket.reports',
    type: 'aws_s3_bucket',
    actions: ['create'],
    before: null,
    after: { bucket: 'acme-reports', force_destroy: false, tags: { owner: 'finance' } },
  }),
  'destroys-database': planOf({
    address: 'aws_db_instance.orders',
    type: 'aws_db_instance',
    actions: ['delete'],
    before: { identifier: 'orders', engine: 'postgres', deletion_protection: false, skip_final_snapshot: true },
    after: null,
  }),
};

interface SampleChange {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
  readonly before: object | null;
  readonly after: object | null;
}

function planOf({ address, type, actions, before, after }: SampleChange): object {
  const change = { actions, before, after, after_unknown: {}, before_sensitive: false, after_sensitive: false };
  const provider = 'registry.terraform.io/hashicorp/aws';
  const [, name = ''] = address.split('.');
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    resource_changes: [{ address, mode: 'managed', type, name, provider_name: provider, change }],
    output_changes: {},
    configuration: { provider_config: {}, root_module: {} },
    complete: true,
    errored: false,
    applyable: true,
  };
}
