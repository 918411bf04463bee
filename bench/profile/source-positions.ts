import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CallFrame } from './cpu-profile.ts';

/** Where a function stands in the sources; `source` is a path or URL, and empty for what is V8's own. */
export interface SourcePosition {
  readonly source: string;
  /** From 1. */
  readonly line: number;
}

type Locate = (frame: CallFrame) => SourcePosition;

const asItIs: Locate = ({ url, lineNumber }) => ({ source: url, line: lineNumber + 1 });

/** The package of the service has the layer's source maps beside its code. */
function byMap(path: string): Locate | undefined {
  const mapFile = `${path.replace('/code/', '/source-maps/')}.map`;
  if (!path.includes('/code/') || !existsSync(mapFile)) return undefined;
  const map = new SourceMap(JSON.parse(readFileSync(mapFile, 'utf8')));
  return ({ lineNumber, columnNumber }) => {
    const entry = map.findEntry(lineNumber, columnNumber);
    if (!('originalSource' in entry)) return { source: path, line: lineNumber + 1 };
    return { source: entry.originalSource, line: entry.originalLine + 1 };
  };
}

/** esbuild writes a comment with its path above each file of a bundle. */
const FILE_COMMENT = /^\/\/ (\S+\/\S+)$/;

function byComments(path: string): Locate | undefined {
  if (!path.includes('/code/') || !existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  return ({ lineNumber }) => {
    const at = lines.findLastIndex((line, index) => index <= lineNumber && FILE_COMMENT.test(line));
    return { source: FILE_COMMENT.exec(lines[at] ?? '')?.[1] ?? path, line: lineNumber - at };
  };
}

function locatorOf(url: string): Locate {
  if (!url.startsWith('file:')) return asItIs;
  const path = fileURLToPath(url);
  return byMap(path) ?? byComments(path) ?? asItIs;
}

/** Finds functions of the bundled service in its sources; those of anything else are where they say. */
export function createSourcePositions(): (frame: CallFrame) => SourcePosition {
  const locators = new Map<string, Locate>();
  return (frame) => {
    const locate = locators.get(frame.url) ?? locatorOf(frame.url);
    locators.set(frame.url, locate);
    return locate(frame);
  };
}
