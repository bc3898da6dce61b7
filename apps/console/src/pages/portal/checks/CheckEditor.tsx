import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { ManagementApiError, routes, runTaskSettings } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../../../api/client.js';
import { useMay } from '../../../session/me.js';
import { Answered } from '../../../states/Answered.js';
import { Panel } from '../../../states/Panel.js';
import { Empty, Failed } from '../../../states/States.js';
import { AddCheck } from './AddCheck.js';
import { CheckForm } from './CheckForm.js';
import { Conflict } from './Conflict.js';
import { useEditedChecks, type Edited, type Stored } from './use-edited-checks.js';

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
  });
  return (
    <Answered what="The checks" query={stored}>
      {(found) => <Editor stored={found} />}
    </Answered>
  );
}

function Editor({ stored }: { readonly stored: Stored }): ReactNode {
  const edited = useEditedChecks(stored);
  const { checks, edition, differences, put, note, add, settle } = edited;
  const may = useMay();
  const save = useSave(edited);
  const isWriter = may('run-tasks.write');
  const isEditable = isWriter && !save.isPending;
  const names = checks.map((check) => check.name);
  return (
    <Panel title="Checks, in this order" beside={isEditable ? <AddCheck add={add} names={names} /> : null}>
      <Stack gap="xs">
        {differences.length === 0 ? null : <Conflict differences={differences} settle={settle} />}
        {checks.length === 0 ? <Empty title="No check yet">Without checks every run passes.</Empty> : null}
        {checks.map((check, index) => (
          <CheckForm
            key={`${edition} ${check.name}`}
            check={check}
            isEditable={isEditable && (check.locked !== true || may('checks.lock'))}
            change={(changed) => {
              put(index, changed);
            }}
            note={(field, isReadable) => {
              note(check.name, field, isReadable);
            }}
          />
        ))}
        <Outcome edited={edited} save={save} />
        {isWriter ? null : <Text c="dimmed">Your role sees the checks and does not change them.</Text>}
        {isWriter && edited.isChanged && differences.length === 0 ? (
          <Storing edited={edited} store={save.mutate} isPending={save.isPending} />
        ) : null}
      </Stack>
    </Panel>
  );
}

function useSave({ base: { runTask, etag }, checks }: Edited) {
  const queries = useQueryClient();
  const { organization, name } = runTask;
  return useMutation({
    mutationFn: (reason: string) =>
      client.call(routes.putRunTask, {
        params: { org: organization, name },
        query: reason === '' ? {} : { reason },
        body: { ...runTaskSettings.parse(runTask), checks: [...checks] },
        headers: etag === null ? {} : { 'if-match': etag },
      }),
    // Also when it failed: what somebody else stored is then shown beside what is being changed here.
    onSettled: () => queries.invalidateQueries({ queryKey: ['run-tasks', organization] }),
  });
}

interface OutcomeProps {
  readonly edited: Edited;
  readonly save: ReturnType<typeof useSave>;
}

function Outcome({ edited, save }: OutcomeProps): ReactNode {
  if (save.error !== null && !isStale(save.error))
    return <Failed what="The checks were not stored" error={save.error} />;
  if (!save.isSuccess || edited.isChanged) return null;
  return (
    <Alert color="green" role="status">
      Stored. They judge from the next run on.
    </Alert>
  );
}

/** Whether something else was stored in between. */
function isStale(error: Error): boolean {
  return error instanceof ManagementApiError && error.status === 412;
}

interface StoringProps {
  readonly edited: Edited;
  readonly store: (reason: string) => void;
  readonly isPending: boolean;
}

function Storing({ edited: { unreadable, discard }, store, isPending }: StoringProps): ReactNode {
  const [reason, setReason] = useState('');
  const [isRefused, setRefused] = useState(false);
  return (
    <>
      {isRefused && unreadable.length > 0 ? (
        <Alert color="red" role="alert" title="Nothing was stored">
          {unreadable.map(([check, field]) => (
            <div key={`${check} ${field}`}>
              {check}: what stands in <b>{field}</b> is not JSON. Correct it, or discard the changes.
            </div>
          ))}
        </Alert>
      ) : null}
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
          loading={isPending}
          onClick={() => {
            setRefused(unreadable.length > 0);
            if (unreadable.length === 0) store(reason);
          }}
        >
          Store
        </Button>
        <Button size="xs" variant="default" onClick={discard}>
          Discard
        </Button>
      </Group>
    </>
  );
}
