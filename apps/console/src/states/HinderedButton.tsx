import { Button, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

interface HinderedButtonProps {
  readonly children: ReactNode;
  /** Why it cannot be done now; null: it can. */
  readonly hindrance: string | null;
  readonly isPending?: boolean;
  readonly size?: 'xs' | 'compact-xs';
  /** Longer than what stands on it, for who hears it without its row. */
  readonly label?: string;
  readonly onClick: () => void;
}

/** A button that says why it does nothing, also to who comes to it by keys. */
export function HinderedButton(props: HinderedButtonProps): ReactNode {
  const { children, hindrance, isPending = false, size = 'xs', label, onClick } = props;
  return (
    <Tooltip
      label={hindrance}
      disabled={hindrance === null}
      multiline
      maw={300}
      events={{ hover: true, focus: true, touch: true }}
    >
      <Button
        size={size}
        variant="default"
        aria-disabled={hindrance !== null}
        data-disabled={hindrance !== null}
        aria-label={label}
        loading={isPending}
        onClick={() => {
          if (hindrance === null) onClick();
        }}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
