/** A line whose new keys are sealed to a public key; one that cannot be read is the platform's to refuse. */
export function sealTo(recipient: unknown, line: string): string {
  const written = jsonOf(line);
  if (!isRecord(written) || !Array.isArray(written.runTasks)) return line;
  const runTasks = written.runTasks.map((runTask: unknown) =>
    isRecord(runTask) ? { deliver: { sealedTo: recipient }, ...runTask } : runTask,
  );
  return JSON.stringify({ ...written, runTasks });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
