/**
 * What some work tells as it goes on, and then what came of it, with the error that it ended with. `kept`: of what is
 * told while nobody takes it.
 */
export async function* linesOfWork<T, R>(
  work: (tell: (line: T) => void) => Promise<R>,
  kept: 'all' | 'newest' = 'all',
): AsyncGenerator<T | R> {
  const told: T[] = [];
  let news = Promise.withResolvers<void>();
  let isOver = false;
  const over = () => {
    isOver = true;
    news.resolve();
  };
  const working = work((line) => {
    if (kept === 'newest') told.length = 0;
    told.push(line);
    news.resolve();
  });
  void working.then(over, over);
  for (;;) {
    yield* told.splice(0);
    if (isOver) break;
    await news.promise;
    news = Promise.withResolvers();
  }
  yield* told;
  yield await working;
}
