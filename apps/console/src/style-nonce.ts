/** The nonce that the server gave this page: styles made at run time carry it. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** What keeps the page from scrolling behind a dialog makes a style of its own, and takes the nonce from here. */
export function useNonceForStyles(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
