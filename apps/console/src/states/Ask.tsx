import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ProofFirst } from '../session/ProofFirst.js';
import { Failed } from './States.js';

interface AskProps {
  readonly title: string;
  /** What it will do, to how many. */
  readonly children: ReactNode;
  /** To be typed before it can be done; absent: one click is enough. */
  readonly typed?: string;
  readonly action: string;
  /** It is done only for who proved a moment ago who he is. */
  readonly needsProof?: boolean;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function Ask(props: AskProps): ReactNode {
  const { title, children, typed, action, needsProof = false, isPending, error, onConfirm, onClose } = props;
  const [text, setText] = useState('');
  const field =
    typed === undefined ? null : (
      <TextInput
        label={`Type ${typed} to confirm`}
        value={text}
        data-autofocus
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
        }}
      />
    );
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="sm">
        <Text component="div">{children}</Text>
        {needsProof ? <ProofFirst>{field}</ProofFirst> : field}
        {error === null ? null : <Failed what="It was not done" error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={isPending} disabled={typed !== undefined && text !== typed} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
