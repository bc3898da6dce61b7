import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { isLocal } from './loopback.js';
import { personaPage } from './page.js';
import { PERSONAS, type Persona, type PersonaPlane } from './personas.js';

/** A connection of Rungate that personas sign in through. */
export interface DevelopmentClient {
  readonly id: string;
  readonly secret: string;
  /** Its personas alone can be chosen there. */
  readonly plane: PersonaPlane;
  /** Of Rungate, without a slash at its end. */
  readonly publicUrl: string;
}

/** A development identity provider that listens. */
export interface DevelopmentProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Listens on loopback, on a free port. The provider itself is loaded by the first request: a start need not wait for it. */
export async function startDevelopmentProvider(clients: readonly DevelopmentClient[]): Promise<DevelopmentProvider> {
  let handler: Promise<Handler> | null = null;
  let issuer = '';
  const server = createServer((request, response) => {
    if (!isLocal(request)) {
      response.writeHead(421).end('The development sign-in answers this machine alone.');
      return;
    }
    handler ??= load(issuer, clients);
    handler
      .then((handle) => handle(request, response))
      .catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(error instanceof Error ? error.message : 'The development sign-in failed.');
      });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  issuer = `http://127.0.0.1:${port}`;
  return {
    issuer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function load(issuer: string, clients: readonly DevelopmentClient[]): Promise<Handler> {
  const [{ default: OidcProvider }, { configurationFor }] = await Promise.all([
    import('oidc-provider'),
    import('./configuration.js'),
  ]);
  const provider = new OidcProvider(issuer, await configurationFor(clients));
  const protocol = provider.callback();
  return async (request, response) => {
    const uid = /^\/interaction\/([\w-]+)$/.exec(request.url ?? '')?.[1];
    if (uid === undefined) await protocol(request, response);
    else await interact({ provider, clients, uid }, request, response);
  };
}

interface Interaction {
  readonly provider: Provider;
  readonly clients: readonly DevelopmentClient[];
  readonly uid: string;
}

/** A hint is as good as a click, unless the client wants to see one. */
async function interact(
  { provider, clients, uid }: Interaction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const plane = clients.find(({ id }) => id === params.client_id)?.plane;
  const personas = PERSONAS.filter((one) => one.plane === plane);
  const hinted = params.prompt === 'login' ? null : params.login_hint;
  const chosen = request.method === 'POST' ? (await formOf(request)).get('persona') : hinted;
  const persona = personas.find(({ id }) => id === chosen);
  if (persona === undefined) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(personaPage(orderedBy(personas, params.login_hint), `/interaction/${uid}`));
    return;
  }
  const login = { accountId: persona.id, remember: false };
  await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

/** Who is asked for comes first. */
function orderedBy(personas: readonly Persona[], hint: unknown): readonly Persona[] {
  return [...personas].sort((a, b) => Number(b.id === hint) - Number(a.id === hint));
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 1_000) break;
  }
  return new URLSearchParams(text);
}
