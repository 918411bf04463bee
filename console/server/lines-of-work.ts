/** What some work tells as it goes on, and then what came of it, with the error that it ended with. */
export async function* linesOfWork<T, R>(
  work: (tell: (line: T) => void) => Promise<R>,
): AsyncGenerator<T | R> {
  const told: T[] = [];
  let news = Promise.withResolvers<void>();
  let isOver = false;
  const over = () => {
    isOver = true;
    news.resolve();
  };
  const working = work((line) => {
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
