import type { Persona } from './personas.js';

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
  main { width: min(24rem, 90vw); }
  p.bar { background: #b42318; color: #fff; margin: 0 0 1.5rem; padding: .5rem .75rem; border-radius: .375rem; }
  form { display: grid; gap: .5rem; }
  button { font: inherit; padding: .625rem .75rem; text-align: left; cursor: pointer; border: 1px solid; border-radius: .375rem; background: none; color: inherit; }
  button:focus-visible { outline: 3px solid #1570ef; outline-offset: 2px; }`;

/** The page of buttons: whoever opens it may be any of them. */
export function personaPage(personas: readonly Persona[], action: string): string {
  const buttons = personas.map(({ id, name }) => `<button name="persona" value="${id}">${name}</button>`).join('\n');
  return page('Development sign-in', `<form method="post" action="${action}">\n${buttons}\n</form>`);
}

/** Signs out without asking: nobody was asked for a password either. `form` is the provider's own. */
export function signOutPage(form: string): string {
  const send = `<script>document.forms[0].insertAdjacentHTML('beforeend','<input type="hidden" name="logout" value="yes">');document.forms[0].submit()</script>`;
  return page('Signing out', `${form}${send}`);
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head>
<body><main>
<p class="bar" role="note">Development sign-in: no passwords, this machine alone.</p>
<h1>${title}</h1>
${content}
</main></body>
</html>`;
}
