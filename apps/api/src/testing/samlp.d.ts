/** As much of samlp as the tests' provider uses. */
declare module 'samlp' {
  export interface ResponseOptions {
    readonly issuer: string;
    readonly cert: string;
    readonly key: string;
    readonly signAssertion: boolean;
    readonly signResponse: boolean;
    readonly signatureAlgorithm: string;
    readonly digestAlgorithm: string;
    readonly audience: string;
    readonly destination: string;
    readonly recipient: string;
    readonly inResponseTo: string;
    readonly lifetimeInSeconds: number;
  }
  export function getSamlResponse(
    options: ResponseOptions,
    user: Readonly<Record<string, unknown>>,
    done: (error: Error | null | undefined, xml: string) => void,
  ): void;
}
