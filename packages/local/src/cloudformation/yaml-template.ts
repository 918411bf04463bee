import { parseDocument, type Tags, YAMLMap, type YAMLSeq } from 'yaml';
import { TemplateError } from '../template/template-error.ts';

/** The short forms of intrinsic functions: `!Sub text` is `{ "Fn::Sub": "text" }`. */
const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'ForEach',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
];

const LONG_FORMS: ReadonlyMap<string, string> = new Map([
  ...FUNCTIONS.map((name) => [`!${name}`, `Fn::${name}`] as const),
  ['!Condition', 'Condition'],
  ['!Ref', 'Ref'],
]);

/** Each tag may stand before a scalar, a list or a mapping, which becomes the argument. */
const TAGS: Tags = [...LONG_FORMS].flatMap(([tag, name]) => {
  const resolve = (argument: YAMLMap.Parsed | YAMLSeq.Parsed) => {
    const call = new YAMLMap();
    call.set(name, argument);
    return call;
  };
  return [
    { tag, resolve: (text: string) => ({ [name]: text }) },
    { tag, collection: 'seq' as const, resolve },
    { tag, collection: 'map' as const, resolve },
  ];
});

/** A template in YAML as JSON, with short forms written out. Throws {@link TemplateError}. */
export function jsonOfYaml(text: string): string {
  try {
    // By this schema `2012-10-17` is text.
    const document = parseDocument(text, { version: '1.2', schema: 'core', customTags: TAGS, merge: true });
    for (const problem of [...document.errors, ...document.warnings]) throw problem;
    return JSON.stringify(document.toJS() ?? null);
  } catch (problem) {
    const reason = problem instanceof Error ? problem.message.trim() : String(problem);
    throw new TemplateError('Template format error', `YAML not well-formed. (${reason})`);
  }
}
