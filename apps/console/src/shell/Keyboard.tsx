import { Kbd, Modal, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import { Table } from '../states/Table.js';
import { usePreferences } from './preferences.js';

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['Ctrl K', 'go to a page, an organization or a run'],
  ['/', 'go to the first filter'],
  ['j', 'next row'],
  ['k', 'row before'],
  ['o', 'open the row'],
  ['r', 'read again'],
  ['Space', 'hold the page still, and let it go on'],
  ['?', 'this help'],
];

/** What the keyboard does. */
export function Keyboard({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { preferences, change } = usePreferences();
  return (
    <Modal opened onClose={onClose} title="Keyboard" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Table>
        <tbody>
          {KEYS.map(([keys, does]) => (
            <tr key={keys}>
              <td>
                <Kbd>{keys}</Kbd>
              </td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Switch
        mt="md"
        label="Keys alone do something"
        description="Off: only Ctrl K does. In this browser; also under Settings."
        checked={preferences.singleKeys === 'on'}
        onChange={({ currentTarget }) => {
          change({ singleKeys: currentTarget.checked ? 'on' : 'off' });
        }}
      />
    </Modal>
  );
}
