import type { ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import classes from './Shown.module.css';

/** Text of others as Markdown: no HTML of its own, no picture, and links that only tell where they lead. */
export function SafeMarkdown({ text }: { readonly text: string }): ReactNode {
  return (
    <div className={classes.markdown}>
      <Markdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize]}
        disallowedElements={['img', 'input']}
        components={COMPONENTS}
      >
        {text}
      </Markdown>
    </div>
  );
}

/** Whose links these are nobody knows: they are shown as text with their address. */
const COMPONENTS: Components = {
  a: ({ children, href }) => (
    <span>
      {children} ({href})
    </span>
  ),
};
