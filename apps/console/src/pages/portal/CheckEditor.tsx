import { Alert, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { routes, runTaskSettings, type CheckBody, type RunTaskBody } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../api/client.js';
import { useCatalogue } from '../../api/read.js';
import { useMay } from '../../session/me.js';
import { Answered } from '../../states/Answered.js';
import { Panel } from '../../states/Panel.js';
import { Empty, Failed } from '../../states/States.js';
import { CheckForm } from './CheckForm.js';

interface Stored {
  readonly runTask: RunTaskBody;
  readonly etag: string | null;
}

interface CheckEditorProps {
  readonly slug: string;
  readonly name: string;
}

/** The checks of a run task: changed here, and stored together. */
export function CheckEditor({ slug, name }: CheckEditorProps): ReactNode {
  const stored = useQuery({
    queryKey: ['run-tasks', slug, 'one', name],
    queryFn: async (): Promise<Stored> => {
      const { body, etag } = await client.call(routes.getRunTask, { params: { org: slug, name } });
      return { runTask: body, etag };
    },
    // What is being changed here is not exchanged under the hands.
    refetchOnWindowFocus: false,
  });
  return (
    <Answered what="The checks" query={stored}>
      {(found) => <Editor key={found.etag} stored={found} />}
    </Answered>
  );
}

function Editor({ stored: { runTask, etag } }: { readonly stored: Stored }): ReactNode {
  const [checks, setChecks] = useState<readonly CheckBody[]>(runTask.checks);
  const [reason, setReason] = useState('');
  const may = useMay();
  const queries = useQueryClient();
  const params = { org: runTask.organization, name: runTask.name };
  const isChanged = JSON.stringify(checks) !== JSON.stringify(runTask.checks);
  const save = useMutation({
    mutationFn: () =>
      client.call(routes.putRunTask, {
        params,
        query: reason === '' ? {} : { reason },
        body: { ...runTaskSettings.parse(runTask), checks: [...checks] },
        headers: etag === null ? {} : { 'if-match': etag },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['run-tasks', runTask.organization] }),
  });
  const isEditable = may('run-tasks.write');
  const put = (index: number, check: CheckBody | null): void => {
    setChecks(checks.flatMap((each, at) => (at === index ? (check ?? []) : each)));
  };
  return (
    <Panel
      title="Checks, in this order"
      beside={
        isEditable ? (
          <AddCheck
            add={(check) => {
              setChecks([...checks, check]);
            }}
            names={checks.map((check) => check.name)}
          />
        ) : null
      }
    >
      <Stack gap="xs">
        {checks.length === 0 ? <Empty title="No check yet">Without checks every run passes.</Empty> : null}
        {checks.map((check, index) => (
          <CheckForm
            key={check.name}
            check={check}
            isEditable={isEditable && (check.locked !== true || may('checks.lock'))}
            change={(changed) => {
              put(index, changed);
            }}
          />
        ))}
        {save.error === null ? null : <Failed what="The checks were not stored" error={save.error} />}
        {save.isSuccess && !isChanged ? (
          <Alert color="green" role="status">
            Stored. They judge from the next run on.
          </Alert>
        ) : null}
        {isEditable && isChanged ? (
          <Group gap="sm" align="flex-end">
            <TextInput
              size="xs"
              w={320}
              label="Reason, for the audit trail"
              description="Needed to weaken a mandatory check."
              value={reason}
              onChange={({ currentTarget }) => {
                setReason(currentTarget.value);
              }}
            />
            <Button
              size="xs"
              loading={save.isPending}
              onClick={() => {
                save.mutate();
              }}
            >
              Store
            </Button>
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                setChecks(runTask.checks);
              }}
            >
              Discard
            </Button>
          </Group>
        ) : null}
        {isEditable ? null : <Text c="dimmed">Your role sees the checks and does not change them.</Text>}
      </Stack>
    </Panel>
  );
}

interface AddCheckProps {
  readonly names: readonly string[];
  readonly add: (check: CheckBody) => void;
}

function AddCheck({ names, add }: AddCheckProps): ReactNode {
  const catalogue = useCatalogue();
  const plugins = catalogue.data ?? [];
  return (
    <NativeSelect
      size="xs"
      aria-label="Add a check"
      data={[
        { value: '', label: 'Add a check…' },
        ...plugins.map(({ name, title }) => ({ value: name, label: title })),
      ]}
      value=""
      onChange={({ currentTarget }) => {
        const plugin = plugins.find(({ name }) => name === currentTarget.value);
        if (plugin === undefined) return;
        const stages = plugin.stages.includes('post_plan') ? (['post_plan'] as const) : plugin.stages.slice(0, 1);
        add({ name: freeName(plugin.name, names), use: plugin.name, stages, enforcement: 'advisory', config: {} });
      }}
    />
  );
}

function freeName(wanted: string, taken: readonly string[], number = 1): string {
  const name = number === 1 ? wanted : `${wanted}-${number}`;
  return taken.includes(name) ? freeName(wanted, taken, number + 1) : name;
}
