import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import type { CheckBody } from '@rungate/contract';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Table } from '../../../states/Table.js';
import type { Difference, Side } from './merge.js';

interface ConflictProps {
  readonly differences: readonly Difference[];
  /** Goes on with what was chosen for each. */
  readonly settle: (chosen: ReadonlyMap<string, Side>) => void;
}

const SIDES: readonly { readonly value: Side; readonly label: string }[] = [
  { value: 'theirs', label: 'Theirs' },
  { value: 'mine', label: 'Mine' },
];

/** Somebody else stored the checks while they were changed here: nothing is lost before somebody says what counts. */
export function Conflict({ differences, settle }: ConflictProps): ReactNode {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Side>>(new Map());
  const sideOf = ({ name, settled }: Difference): Side | null => chosen.get(name) ?? settled;
  const open = differences.filter((difference) => sideOf(difference) === null);
  return (
    <Alert
      color="orange"
      icon={<IconAlertTriangle aria-hidden />}
      title="Somebody else stored these checks meanwhile"
      role="alert"
    >
      <Stack gap="sm">
        <Text fz="sm">
          Your changes are still here. For each check that differs, say whose version counts; what only one of you
          changed is chosen already. Nothing is stored before you do so.
        </Text>
        <Table>
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col">Theirs</th>
              <th scope="col">Mine</th>
              <th scope="col">What counts</th>
            </tr>
          </thead>
          <tbody>
            {differences.map((difference) => (
              <tr key={difference.name}>
                <th scope="row">{difference.name}</th>
                <td className="mono">{linesOf(difference.theirs, difference.mine)}</td>
                <td className="mono">{linesOf(difference.mine, difference.theirs)}</td>
                <td>
                  <SegmentedControl
                    size="xs"
                    aria-label={`What counts of ${difference.name}`}
                    data={[...SIDES]}
                    value={sideOf(difference) ?? ''}
                    onChange={(value) => {
                      const side = SIDES.find((each) => each.value === value)?.value;
                      if (side !== undefined) setChosen(new Map(chosen).set(difference.name, side));
                    }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
        <Group gap="sm">
          <Button
            size="xs"
            disabled={open.length > 0}
            onClick={() => {
              settle(new Map(differences.map((difference) => [difference.name, sideOf(difference) ?? 'theirs'])));
            }}
          >
            Go on with these
          </Button>
          {open.length === 0 ? null : (
            <Text fz="sm">Both of you changed: {open.map(({ name }) => name).join(', ')}</Text>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}

/** What one version says otherwise than the other. */
function linesOf(version: CheckBody | null, other: CheckBody | null): ReactNode {
  if (version === null) return 'not there';
  const others = new Map<string, unknown>(Object.entries(other ?? {}));
  return Object.entries(version)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(others.get(name)))
    .map(([name, value]) => <div key={name}>{`${name}: ${JSON.stringify(value)}`}</div>);
}
