import { createHash } from 'node:crypto';

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
  main { width: min(28rem, 90vw); }
  form { display: flex; gap: 1rem; align-items: baseline; }
  button { font: inherit; padding: .5rem .75rem; cursor: pointer; border: 1px solid; border-radius: .375rem; background: none; color: inherit; }
  a { color: inherit; }
  :focus-visible { outline: 3px solid #1570ef; outline-offset: 2px; }`;

/** Of the one style of the page: nothing else of it may be styled, and nothing may run. */
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** What the page needs to say. */
export interface Replacing {
  /** Who is signed in. */
  readonly present: string;
  /** Who would be. */
  readonly next: string;
  /** Of the connection that vouches for the next one. */
  readonly connection: string;
  /** Path that the button posts to. */
  readonly action: string;
}

/** Headers of the page: it loads nothing, runs nothing, stands in nobody's frame and posts to us alone. */
export const REPLACING_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  // To ourselves alone: older browsers say by Origin that the button of this page was used.
  'referrer-policy': 'same-origin',
};

/** Asks before a session ends for another person's: a page of somebody else may have begun the sign-in. */
export function replacingPage({ present, next, connection, action }: Replacing): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in as somebody else? · Rungate</title><style>${STYLE}</style></head>
<body><main>
<h1>Sign in as somebody else?</h1>
<p>You are signed in as <strong>${escaped(present)}</strong>. The provider <strong>${escaped(connection)}</strong> says that you are <strong>${escaped(next)}</strong>.</p>
<p>If you did not begin this, somebody else did: stay who you are.</p>
<form method="post" action="${escaped(action)}"><a href="/">Stay ${escaped(present)}</a><button>Continue as ${escaped(next)}</button></form>
</main></body>
</html>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
