/** Without a key or a pointer for so long nobody is taken to sit here, ms. */
const PRESENT_MS = 60_000;

let seenAt = Date.now();

for (const kind of ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const) {
  window.addEventListener(
    kind,
    () => {
      seenAt = Date.now();
    },
    { capture: true, passive: true },
  );
}

/** What says that a request was made by the page alone: pages that read again by themselves keep no session alive. */
export function presenceHeaders(): Readonly<Record<string, string>> {
  return Date.now() - seenAt < PRESENT_MS ? {} : { 'x-rungate-background': '1' };
}
