/** Organizations made at once. */
const AT_ONCE = 8;

/** Makes so many things, numbered from 0, a few at a time. */
export async function inTurns<T>(count: number, make: (number: number) => Promise<T>): Promise<readonly T[]> {
  const made: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) made.push(await make(number));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return made;
}
