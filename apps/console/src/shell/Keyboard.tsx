import { Kbd, Modal, Table } from '@mantine/core';
import type { ReactNode } from 'react';

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['Ctrl K', 'go to a page, an organization or a run'],
  ['/', 'go to the first filter'],
  ['j', 'next row'],
  ['k', 'row before'],
  ['o', 'open the row'],
  ['r', 'read again'],
  ['?', 'this help'],
];

/** What the keyboard does. */
export function Keyboard({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Modal opened onClose={onClose} title="Keyboard" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Table>
        <Table.Tbody>
          {KEYS.map(([keys, does]) => (
            <Table.Tr key={keys}>
              <Table.Td>
                <Kbd>{keys}</Kbd>
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
