import { readJson } from '../numbers/read-json.ts';
import { toText, type Value } from '../value.ts';
import { type FunctionDefinition, literalText } from './definition.ts';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const checkScheme: FunctionDefinition['check'] = ([, scheme]) =>
  literalText(scheme) === 'base64' ? undefined : "its second argument must be 'base64'";

/** Codecs. Source: AWS IoT developer guide, "Functions", encode and decode. */
export const encodingFunctions: Readonly<Record<string, FunctionDefinition>> = {
  encode: {
    fewest: 2,
    most: 2,
    allAt: 0,
    evaluateAll: ({ payload }) => payload.toString('base64'),
    check: checkScheme,
    evaluate: ([value]) => {
      const text = toText(value);
      return text === undefined ? undefined : Buffer.from(text).toString('base64');
    },
  },
  decode: {
    fewest: 2,
    limits: "decode(…, 'proto', …) is refused",
    // decode(value, 'proto', …) has more; with them it reaches the check, which says what is wrong.
    most: 6,
    check: (args) => (args.length > 2 ? "only decode(value, 'base64') runs here" : checkScheme(args)),
    evaluate: ([value]) => {
      const text = toText(value);
      return text === undefined ? undefined : decode(text);
    },
  },
};

/** The JSON where the bytes are that, else their text; Null where there is none. */
function decode(text: string): Value {
  if (!base64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  const document = readJson(bytes);
  if (document !== undefined) return document;
  try {
    return utf8.decode(bytes);
  } catch {
    // "Returns NULL if the string cannot be decoded."
    return null;
  }
}
