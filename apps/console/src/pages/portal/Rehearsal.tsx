import { Button, FileButton, Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { routes, type RunTaskBody } from '@rungate/contract';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { z } from 'zod';
import { client } from '../../api/client.js';
import { Panel } from '../../states/Panel.js';
import { Failed, Loading } from '../../states/States.js';
import { planChangesOf } from '../plan/plan-changes.js';

const Rehearsed = lazy(async () => ({ default: (await import('./Rehearsed.js')).Rehearsed }));

const PLANS = [
  { value: 'safe', label: 'Sample: a harmless change' },
  { value: 'destroys-database', label: 'Sample: deletes a database' },
  { value: 'own', label: 'A plan of your own' },
];
const planShape = z.record(z.string(), z.unknown());

/** Runs the checks as they are stored on a plan that nobody applies; nothing is sent, and nothing stored. */
export function Rehearsal({ runTask: { organization, name } }: { readonly runTask: RunTaskBody }): ReactNode {
  const [chosen, setChosen] = useState('destroys-database');
  const [written, setWritten] = useState('');
  const rehearse = useMutation({
    mutationFn: async () => {
      const plan =
        chosen === 'own'
          ? { plan: readPlan(written) }
          : ({ sample: chosen === 'safe' ? chosen : 'destroys-database' } as const);
      const body = { stage: 'post_plan', ...plan } as const;
      const rehearsed = (await client.call(routes.testRunTask, { params: { org: organization, name }, body })).body;
      return { rehearsed, changes: 'plan' in plan ? planChangesOf(plan.plan) : [] };
    },
  });
  return (
    <Panel title="Try it without a run">
      <Stack gap="sm">
        <Group gap="sm">
          <NativeSelect
            size="xs"
            w={260}
            aria-label="Plan"
            data={PLANS}
            value={chosen}
            onChange={({ currentTarget }) => {
              setChosen(currentTarget.value);
            }}
          />
          {chosen === 'own' ? <PlanFile onRead={setWritten} /> : null}
          <Button
            size="xs"
            loading={rehearse.isPending}
            onClick={() => {
              rehearse.mutate();
            }}
          >
            Run the checks
          </Button>
          <Text fz="xs" c="dimmed">
            Nothing is sent to Terraform and nothing is stored.
          </Text>
        </Group>
        {chosen === 'own' ? (
          <Textarea
            aria-label="Plan as JSON"
            placeholder="What terraform show -json prints"
            minRows={5}
            maxRows={12}
            autosize
            className="mono"
            value={written}
            onChange={({ currentTarget }) => {
              setWritten(currentTarget.value);
            }}
          />
        ) : null}
        {rehearse.error === null ? null : <Failed what="The checks did not run" error={rehearse.error} />}
        {rehearse.data === undefined ? null : (
          <Suspense fallback={<Loading rows={3} />}>
            <Rehearsed {...rehearse.data} />
          </Suspense>
        )}
      </Stack>
    </Panel>
  );
}

function PlanFile({ onRead }: { readonly onRead: (text: string) => void }): ReactNode {
  return (
    <FileButton
      accept="application/json,.json"
      onChange={(file) => {
        void file?.text().then(onRead);
      }}
    >
      {(props) => (
        <Button {...props} size="xs" variant="default">
          Choose a file
        </Button>
      )}
    </FileButton>
  );
}

function readPlan(written: string): Record<string, unknown> {
  try {
    return planShape.parse(JSON.parse(written));
  } catch {
    throw new Error('This is not a plan as JSON. Make one with `terraform show -json plan.out`.');
  }
}
