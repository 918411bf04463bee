/**
 * Answers with a CSV to be saved, streamed; what fails before its first bytes is thrown, and a failure after them breaks
 * the response off, so that nobody takes half of it for all.
 */
export async function csvResponse(fileName: string, csv: AsyncIterable<Uint8Array>): Promise<Response> {
  const chunks = csv[Symbol.asyncIterator]();
  let next: IteratorResult<Uint8Array> | undefined = await chunks.next();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = next ?? (await chunks.next());
      next = undefined;
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"`,
    },
  });
}
