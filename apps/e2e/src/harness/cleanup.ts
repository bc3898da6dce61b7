const steps: (() => Promise<void> | void)[] = [];

/** Notes what must be undone when the test file ends, whatever becomes of its tests. */
export function onCleanup(undo: () => Promise<void> | void): void {
  steps.push(undo);
}

/** For `afterAll`: undoes everything, last first, also after one failed. @throws AggregateError of what failed */
export async function cleanUp(): Promise<void> {
  const failures: unknown[] = [];
  for (const undo of steps.splice(0).reverse()) {
    try {
      await undo();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the clean-up failed');
}
