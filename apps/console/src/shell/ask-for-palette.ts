const asked = new EventTarget();

/** Opens the command palette, from wherever it is asked for. */
export function askForPalette(): void {
  asked.dispatchEvent(new Event('asked'));
}

/** Calls back whenever somebody asks for the command palette, until the answer is called. */
export function onPaletteAsked(listener: () => void): () => void {
  asked.addEventListener('asked', listener);
  return () => {
    asked.removeEventListener('asked', listener);
  };
}
