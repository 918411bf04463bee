import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuleError } from './rule-error.ts';
import type { StatementNode, TemplateNode } from './syntax.ts';

/** What is used of a parser that peggy made. */
interface Parser {
  parse(source: string, options: { startRule: string }): unknown;
  readonly SyntaxError: new (
    ...args: never[]
  ) => Error & { readonly location: { readonly start: { readonly offset: number } } };
}

/** In the working directory. */
const defaultCache = pathToFileURL(join(process.cwd(), '.local', 'grammars', '/'));

/**
 * Makes the parser of a grammar file. Importing peggy and compiling takes 70 to 90 ms, a third of a warm start's
 * budget for nothing, so the generated source is kept, under a name made of the grammar
 * and peggy's version, and with its own digest: a stale or damaged file is made anew, never used.
 */
export async function loadGrammar(
  file: URL,
  startRules: readonly string[],
  cacheFolder: URL = defaultCache,
): Promise<Parser> {
  const grammar = await readFile(file, 'utf8');
  const { version } = createRequire(import.meta.url)('peggy/package.json') as { version: string };
  const key = digest(JSON.stringify([grammar, version, startRules]));
  const cached = new URL(`${key}.js`, cacheFolder);

  const source = (await readChecked(cached)) ?? (await compile(grammar, startRules, cached));
  return new Function(`return (\n${source}\n)`)() as Parser;
}

async function compile(grammar: string, startRules: readonly string[], cached: URL): Promise<string> {
  const { default: peggy } = await import('peggy');
  const source = peggy.generate(grammar, {
    allowedStartRules: [...startRules],
    output: 'source',
    format: 'bare',
  });
  await keep(cached, source);
  return source;
}

async function readChecked(cached: URL): Promise<string | undefined> {
  try {
    const content = await readFile(cached, 'utf8');
    const source = content.slice(content.indexOf('\n') + 1);
    return content.startsWith(`//${digest(source)}\n`) ? source : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function keep(cached: URL, source: string): Promise<void> {
  const draft = new URL(`${cached.href}.${process.pid}.draft`);
  try {
    await mkdir(new URL('.', cached), { recursive: true });
    await writeFile(draft, `//${digest(source)}\n${source}`);
    await rename(draft, cached);
  } catch (error) {
    // Where the working directory is read-only there is no cache, and every start compiles.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM') throw error;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const parser = await loadGrammar(new URL('./sql.peggy', import.meta.url), ['Statement', 'Template']);

/**
 * Parses a rule's SQL statement. Throws {@link RuleError} for what is not AWS IoT SQL.
 * Source: AWS IoT developer guide, "AWS IoT SQL reference".
 */
export function parseStatement(sql: string): StatementNode {
  return parse(sql, 'Statement') as StatementNode;
}

/**
 * Parses an action's field with substitution templates, `text ${expression} text`. Throws {@link RuleError}.
 * Source: AWS IoT developer guide, "Substitution templates".
 */
export function parseTemplate(text: string): TemplateNode {
  return parse(text, 'Template') as TemplateNode;
}

function parse(source: string, startRule: string): unknown {
  try {
    return parser.parse(source, { startRule });
  } catch (error) {
    if (error instanceof parser.SyntaxError) {
      const message = error.message.replace(/\.$/, '');
      throw new RuleError(message, error.location.start.offset, { cause: error });
    }
    throw tooDeep(error);
  }
}

/** A stack that ran out means SQL nested beyond reason; anything else is a defect and stays what it is. */
export function tooDeep(error: unknown): unknown {
  return error instanceof RangeError
    ? new RuleError('the expression is nested too deeply; make it simpler', undefined, { cause: error })
    : error;
}
