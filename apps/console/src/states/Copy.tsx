import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface CopyProps {
  readonly text: string;
  /** What it is, such as "the hook URL". */
  readonly what: string;
}

/** Copies a text. */
export function Copy({ text, what }: CopyProps): ReactNode {
  const { copied, copy } = useClipboard({ timeout: 1_500 });
  const Shape = copied ? IconCheck : IconCopy;
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      c="var(--quiet)"
      aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
      onClick={() => {
        copy(text);
      }}
    >
      <Shape size={14} aria-hidden />
    </ActionIcon>
  );
}

/** A text that people carry elsewhere, in the font of machines, with its button. */
export function Copyable({ text, what }: CopyProps): ReactNode {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 4, maxWidth: '100%' }}>
      <span className="mono cut" title={text}>
        {text}
      </span>
      <Copy text={text} what={what} />
    </span>
  );
}
