import { Inject, Injectable } from '@nestjs/common';
import { EgressError } from '@rungate/egress';
import { ApiError, invalid, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { egressFetch } from '../sign-in/oidc/egress-fetch.js';
import { readSamlMetadata, type ProviderMetadata } from './saml-metadata.js';

/** Metadata as it is given: one of the two. */
export interface WantedMetadata {
  readonly xml?: string | undefined;
  readonly url?: string | undefined;
}

/** Reads what SAML providers publish about themselves, from a text or from their address. */
@Injectable()
export class MetadataSource {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** @throws ApiError `invalid`, `unreachable_elsewhere`, `refused_elsewhere` */
  async read(connectionId: string, { xml, url }: WantedMetadata): Promise<ProviderMetadata> {
    const [written, pointer] = url === undefined ? [xml ?? '', '/xml'] : [await this.fetch(connectionId, url), '/url'];
    const reading = await readSamlMetadata(written);
    if (!reading.ok) throw invalid([{ pointer, detail: `The metadata ${reading.reason}.` }]);
    return reading.metadata;
  }

  /**
   * By the rules of everything that leaves us, without redirects. What else the host says is told to nobody.
   * @throws ApiError `unreachable_elsewhere`, `refused_elsewhere`
   */
  async fetch(connectionId: string, url: string): Promise<string> {
    const connection = await this.options.signIns.findConnection(connectionId);
    if (connection === null) throw notFound('connection');
    try {
      const ask = egressFetch(connection, this.options);
      const answer = await ask(url, { method: 'GET', headers: {}, body: undefined, redirect: 'manual' });
      if (answer.status === 200) return await answer.text();
      throw new ApiError('refused_elsewhere', `The address answered ${answer.status}, not 200.`);
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      const code = error.code === 'forbidden' ? 'refused_elsewhere' : 'unreachable_elsewhere';
      throw new ApiError(code, `The metadata could not be read: ${error.message}.`, [], { cause: error });
    }
  }
}
