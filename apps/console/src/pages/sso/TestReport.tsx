import { Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Facts } from '../../states/Facts.js';
import { Panel } from '../../states/Panel.js';
import { Sign, type Tone } from '../../states/Sign.js';
import { Table } from '../../states/Table.js';
import { Moment } from '../../time/Moment.js';
import type { ConnectionTest } from './connection.js';

interface TestReportProps {
  readonly test: ConnectionTest;
  /** Whether it was the settings as they are now that passed. */
  readonly isOfThese: boolean;
}

const SIGNS: Readonly<Record<ConnectionTest['findings'][number]['level'], readonly [Tone, Icon, string]>> = {
  ok: ['good', IconCircleCheck, 'OK'],
  warning: ['warn', IconAlertTriangle, 'Look at it'],
  failed: ['bad', IconCircleX, 'Failed'],
};

/** What a sign-in that signed nobody in showed. */
export function TestReport({ test, isOfThese }: TestReportProps): ReactNode {
  const { at, by, passed, findings, person, role, claims, rules } = test;
  return (
    <Panel title="Last test">
      <Text fz="sm" mb="sm">
        {passed ? 'Passed' : 'Failed'}, <Moment at={at} />, by {by}.{' '}
        {passed && !isOfThese ? 'The settings were changed since: test them again.' : ''}
      </Text>
      <Table>
        <tbody>
          {findings.map(({ level, says, remedy }) => {
            const [tone, icon, name] = SIGNS[level];
            return (
              <tr key={says}>
                <td>
                  <Sign tone={tone} icon={icon}>
                    {name}
                  </Sign>
                </td>
                <td>{says}</td>
                <td>{remedy}</td>
              </tr>
            );
          })}
        </tbody>
      </Table>
      {person === null ? null : (
        <div style={{ marginTop: 12 }}>
          <Facts
            facts={[
              ['Subject', person.subject],
              ['Name', person.name],
              ['E-mail', person.email ?? '–'],
              ['Would be', role ?? 'let in nowhere'],
            ]}
          />
        </div>
      )}
      {rules.length === 0 ? null : (
        <Table>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Role</th>
              <th scope="col">Matched</th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule, index) => (
              <tr key={index}>
                <td className="mono">
                  {rule.claim} = {rule.value}
                </td>
                <td>{rule.role}</td>
                <td className={rule.matched ? 'good' : 'quiet'}>{rule.matched ? 'yes' : 'no'}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {claims.length === 0 ? null : (
        <Table>
          <thead>
            <tr>
              <th scope="col">What arrived</th>
              <th scope="col">Values</th>
            </tr>
          </thead>
          <tbody>
            {claims.map(({ name, values }) => (
              <tr key={name}>
                <th scope="row" className="mono">
                  {name}
                </th>
                <td className="mono">{values.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}
