import type { SupportStatus } from '../support/support.ts';
import type { SqlVersion } from './dialect.ts';

/** A form of the SQL, with a statement that has it. What is refused is so when the rule is made. */
interface StatementForm {
  readonly name: string;
  readonly status: Extract<SupportStatus, 'runs' | 'refused'>;
  readonly example: string;
  readonly version?: SqlVersion;
  readonly note?: string;
}

const runs = (name: string, example: string): StatementForm => ({ name, status: 'runs', example });
const refused = (name: string, example: string, note: string): StatementForm => ({
  name,
  status: 'refused',
  example,
  note,
});

const UNLISTED = 'It is not in the guide, and some say that it works.';

/** The forms of statements; a test holds that the examples that run do, and that the others are refused. */
export const statementForms: readonly StatementForm[] = [
  runs('SELECT *', "SELECT * FROM 'a/b'"),
  runs('SELECT of paths, with AS', "SELECT color.red, temperature AS t FROM 'a/b'"),
  runs('AS with a dotted path', "SELECT foo.bar AS bar.baz FROM 'a/b'"),
  runs('SELECT VALUE', "SELECT VALUE color FROM 'a/b'"),
  runs('* with other items', "SELECT *, 15 AS speed FROM 'a/b'"),
  runs('* AS name', "SELECT * AS message, topic() AS topic FROM 'a/b'"),
  runs('encode(*, …), of any bytes', "SELECT encode(*, 'base64') AS data FROM 'a/b'"),
  runs('FROM, with + and #, of topics of AWS too', "SELECT * FROM '$aws/events/presence/+/#'"),
  runs('no FROM, for Basic Ingest', 'SELECT *'),
  runs('WHERE', "SELECT * FROM 'a/b' WHERE temperature > 50 AND NOT isNull(color)"),
  runs('SET', "SET @c = (t - 32) * 5 / 9 SELECT @c AS celsius FROM 'a/b' WHERE @c > 30"),
  runs('CASE', "SELECT CASE color WHEN 'green' THEN 'go' ELSE 'stop' END AS go FROM 'a/b'"),
  runs('nested SELECT', "SELECT (SELECT VALUE n FROM e WHERE v > 1) AS sensors FROM 'a/b'"),
  runs('literals of objects and arrays', "SELECT {'a': [1, b, NULL]} AS c FROM 'a/b'"),
  {
    name: 'SQL version 2015-10-08',
    status: 'runs',
    example: "SELECT cast(10 AS Double) AS d FROM 'a/b'",
    version: '2015-10-08',
  },
  refused(
    'an expression without AS',
    "SELECT topic(2) FROM 'a/b'",
    'The guide does not say what its key is called, and implementations differ; write AS name.',
  ),
  refused('!=', "SELECT * FROM 'a/b' WHERE a != 1", `${UNLISTED} Write <>.`),
  refused('IN', "SELECT * FROM 'a/b' WHERE a IN (1, 2)", `${UNLISTED} Write comparisons joined by OR.`),
  refused('EXISTS', "SELECT * FROM 'a/b' WHERE EXISTS (SELECT b FROM c)", UNLISTED),
  refused('array[i]', "SELECT a[0] AS b FROM 'a/b'", `${UNLISTED} Write get(array, i).`),
  refused('LIKE, BETWEEN, IS', "SELECT * FROM 'a/b' WHERE a LIKE 'b%'", 'AWS IoT SQL has none of them.'),
  refused(
    'CASE WHEN condition',
    "SELECT CASE WHEN a THEN b END AS c FROM 'a/b'",
    'The guide has CASE value WHEN alone.',
  ),
  refused('comments', "SELECT a -- b\nFROM 'a/b'", 'AWS IoT SQL has none.'),
];
