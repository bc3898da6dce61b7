import { Anchor, type AnchorProps } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import { openPage } from '../history.js';

interface AppLinkProps extends AnchorProps {
  readonly href: string;
  readonly children: ReactNode;
  readonly title?: string;
  readonly 'aria-current'?: 'page' | undefined;
  readonly 'aria-label'?: string;
}

/** A link to a page of the console: opened here by a plain click, and wherever else the browser is told to. */
export function AppLink({ href, children, ...rest }: AppLinkProps): ReactNode {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openPage(href);
  };
  return (
    <Anchor fz="inherit" href={href} onClick={follow} {...rest}>
      {children}
    </Anchor>
  );
}
