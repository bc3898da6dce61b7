/** How long each verdict took, ms; what has none yet is left out. */
export function spansOf(
  taskResults: readonly { readonly receivedAt: string; readonly decidedAt: string | null }[],
): readonly number[] {
  return taskResults.flatMap(({ receivedAt, decidedAt }) =>
    decidedAt === null ? [] : [Date.parse(decidedAt) - Date.parse(receivedAt)],
  );
}
