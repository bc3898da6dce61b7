import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Failed } from './States.js';

interface FormModalProps {
  readonly title: string;
  /** Its fields. */
  readonly children: ReactNode;
  /** What the button says. */
  readonly action: string;
  /** Said when it fails, such as "It was not created". */
  readonly failed: string;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

/** A form above the page: sent, or left. */
export function FormModal(props: FormModalProps): ReactNode {
  const { title, children, action, failed, isPending, error, onSubmit, onClose } = props;
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Stack gap="sm">
          {children}
          {error === null ? null : <Failed what={failed} error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
