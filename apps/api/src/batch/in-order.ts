/** Does the work for each item, so many at once, and yields what came of it in the order of the items. */
export async function* inOrder<Item, Answer>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  const running: Promise<Answer>[] = [];
  for (const item of items) {
    const answer = work(item);
    // Its turn comes later, and then it is awaited.
    answer.catch(() => undefined);
    running.push(answer);
    if (running.length < atOnce) continue;
    const first = running.shift();
    if (first !== undefined) yield await first;
  }
  for (const answer of running) yield await answer;
}
