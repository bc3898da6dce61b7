/** A markdown text taken apart as CommonMark does it: code spans, and everything outside of them. */
export interface MarkdownParts {
  readonly spans: readonly { readonly fence: string; readonly content: string }[];
  /** The document with `·` in place of each span. */
  readonly outside: string;
}

/** A span begins at a run of backticks and ends at the next run of the same length; a run without one is text. */
export function markdownParts(document: string): MarkdownParts {
  const spans: MarkdownParts['spans'][number][] = [];
  let outside = '';
  let rest = document;
  for (;;) {
    const opening = /`+/.exec(rest);
    if (opening === null) return { spans, outside: outside + rest };
    const [fence] = opening;
    const inner = rest.slice(opening.index + fence.length);
    const closing = [...inner.matchAll(/`+/g)].find(([run]) => run.length === fence.length);
    outside += rest.slice(0, opening.index);
    if (closing === undefined) {
      outside += fence;
      rest = inner;
    } else {
      spans.push({ fence, content: inner.slice(0, closing.index) });
      outside += '·';
      rest = inner.slice(closing.index + fence.length);
    }
  }
}
