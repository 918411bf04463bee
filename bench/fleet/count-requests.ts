/**
 * `node --import` this before the runtime, and it counts the requests to its endpoint by service and operation; SIGUSR2
 * has them written to the file that BENCH_REQUESTS_FILE names.
 */
import { subscribe } from 'node:diagnostics_channel';
import { renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';

const counts: Record<string, number> = {};
const { BENCH_REQUESTS_FILE: file = '' } = process.env;

/** `states:StartExecution`; of services that tell it by path, `iot:DELETE /things/{}`. */
function nameOf({ headers, method, url = '' }: IncomingMessage): string {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return `${service}:${target.replace(/^.*\./, '')}`;
  const [path = ''] = url.split('?');
  // Of all that names something, nothing is without a digit here.
  return `${service}:${method} ${path.replaceAll(/[^/]*\d[^/]*/g, '{}')}`;
}

subscribe('http.server.request.start', (message) => {
  const name = nameOf((message as { readonly request: IncomingMessage }).request);
  counts[name] = (counts[name] ?? 0) + 1;
});

process.on('SIGUSR2', () => {
  writeFileSync(`${file}.new`, JSON.stringify(counts));
  renameSync(`${file}.new`, file);
});
