/** The text of a response, part by part as it comes, without what parts them. */
export async function* partsOf(response: Response, separator: string): AsyncGenerator<string> {
  if (response.body === null) return;
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split(separator);
    rest = parts.pop() ?? '';
    yield* parts;
  }
  yield rest;
}
