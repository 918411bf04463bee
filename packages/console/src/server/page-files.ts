import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

/** The page as browsers load it. */
export interface PageFiles {
  /** A file, or the page itself for every other path: the page knows what its paths mean. */
  respond(path: string, acceptEncoding: string): Response;
  /** Compressed with Brotli, of the whole page, also of what it loads after it is there. */
  readonly compressedBytes: number;
}

interface File {
  readonly type: string;
  readonly content: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  readonly cacheControl: string;
}

const PAGE = join(import.meta.dirname, '..', 'page');
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};
const NAMED_BY_CONTENT = 'public, max-age=31536000, immutable';

/** Bundles the page out of its sources, in memory. */
export function buildPage(): PageFiles {
  // Not `build`, whose process stays for more.
  const { outputFiles } = buildSync({
    entryPoints: [join(PAGE, 'main.tsx')],
    outdir: '/',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path, fileOf(path, contents)]));
  const index = fileOf('/index.html', new TextEncoder().encode(indexOf([...files.keys()])));
  const all = [index, ...files.values()];
  return {
    respond: (path, acceptEncoding) => respondWith(files.get(path) ?? index, acceptEncoding),
    compressedBytes: all.reduce((sum, { brotli }) => sum + brotli.byteLength, 0),
  };
}

function fileOf(path: string, contents: Uint8Array): File {
  const content = new Uint8Array(contents);
  const type = TYPES[path.split('.').at(-1) ?? ''];
  return {
    type: type ?? 'text/html; charset=utf-8',
    content,
    brotli: new Uint8Array(brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })),
    gzip: new Uint8Array(gzipSync(content)),
    cacheControl: type === undefined ? 'no-cache' : NAMED_BY_CONTENT,
  };
}

function respondWith({ type, content, brotli, gzip, cacheControl }: File, acceptEncoding: string): Response {
  const accepted = acceptEncoding.split(',').map((part) => part.trim().split(';')[0]);
  const headers = { 'content-type': type, 'cache-control': cacheControl, vary: 'accept-encoding' };
  if (accepted.includes('br'))
    return new Response(brotli, { headers: { ...headers, 'content-encoding': 'br' } });
  if (accepted.includes('gzip'))
    return new Response(gzip, { headers: { ...headers, 'content-encoding': 'gzip' } });
  return new Response(content, { headers });
}

/**
 * What is painted before the script has run is part of it, so that nobody looks at an empty page. What the script imports
 * when it needs it is not.
 */
function indexOf(paths: readonly string[]): string {
  const of = (extension: string) =>
    paths.filter((path) => path.startsWith('/main-') && path.endsWith(extension));
  const styles = of('.css').map((path) => `<link rel="stylesheet" href="${path}">`);
  const scripts = of('.js').map((path) => `<script type="module" src="${path}"></script>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Device lifecycle</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
${[...styles, ...scripts].join('\n')}
</head>
<body><div id="app"><p class="starting">Device lifecycle</p></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`;
}

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="none" stroke="#2b7de9" stroke-width="2.5"/><circle cx="8" cy="8" r="2" fill="#2b7de9"/></svg>';
