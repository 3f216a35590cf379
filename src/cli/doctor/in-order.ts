/** Servers that are looked at together: more would slow one another's start and spoil what is measured. */
const CONCURRENCY = 4;

/**
 * Runs `work` on a few items at a time, and yields the outcomes in the order of the items. When nobody
 * listens any more it begins no further item, and waits for those under way.
 */
export async function* inOrder<Item, Outcome>(
  items: readonly Item[],
  work: (item: Item) => Promise<Outcome>,
): AsyncGenerator<Outcome> {
  const slots = items.map(() => Promise.withResolvers<Outcome>());
  // Whoever stops listening must not leave a rejection that nobody handles.
  for (const { promise } of slots) promise.catch(() => {});
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next;
      await work(item).then(slots[index]?.resolve, slots[index]?.reject);
    }
  };
  const workers = Array.from({ length: CONCURRENCY }, worker);
  try {
    for (const { promise } of slots) yield await promise;
  } finally {
    queue.length = 0;
    await Promise.all(workers);
  }
}
