/** Does the work for each of 0 ... count - 1, never more than so many at once. */
export async function inFlight(limit, count, work) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      await work(next++);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
}
