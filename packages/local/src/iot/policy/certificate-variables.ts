import type { X509Certificate } from 'node:crypto';
import { ALTERNATIVE_NAMES, DISTINGUISHED_NAMES } from './template.ts';

const MAX_ITEMS = 5;
const MAX_CHARACTERS = 1024;
const PREFIX = 'iot:Certificate';

/**
 * The policy variables of an X.509 certificate. Of a name that it has several times, the plain variable is the first,
 * `.1` the second, `.List` all, five at most. Values with wildcards, or with more than 1024 characters, are left out,
 * and issuer alternative names too, which Node.js does not read.
 *
 * Source: AWS IoT developer guide, "X.509 certificate policy variables", "Limitations".
 */
export function certificateVariables(certificate: X509Certificate): Map<string, readonly string[]> {
  const variables = new Map<string, readonly string[]>();
  const add = (key: string, values: readonly string[]) => {
    const usable = values.slice(0, MAX_ITEMS).map((value) => (isUsable(value) ? value : undefined));
    for (const [index, value] of usable.entries()) {
      if (value === undefined) continue;
      variables.set(`${key}.${index}`, [value]);
      if (index === 0) variables.set(key, [value]);
    }
    const all = usable.filter((value) => value !== undefined);
    if (all.length > 0) variables.set(`${key}.List`, all);
  };
  addNames(`${PREFIX}.Subject`, certificate.toLegacyObject().subject, add);
  addNames(`${PREFIX}.Issuer`, certificate.toLegacyObject().issuer, add);
  const alternatives = readAlternativeNames(certificate.subjectAltName ?? '');
  for (const [name, type] of Object.entries(ALTERNATIVE_NAMES)) {
    add(
      `${PREFIX}.Subject.AlternativeName.${name}`,
      alternatives.filter((item) => item.type === type).map(({ value }) => value),
    );
  }
  variables.set(`${PREFIX}.SerialNumber`, [certificate.serialNumber]);
  variables.set(`${PREFIX}.AvailableKeys`, [...variables.keys()]);
  return variables;
}

function addNames(
  prefix: string,
  names: object,
  add: (key: string, values: readonly string[]) => void,
): void {
  for (const [name, attribute] of Object.entries(DISTINGUISHED_NAMES)) {
    const value: unknown = (names as Readonly<Record<string, unknown>>)[attribute];
    if (value !== undefined) add(`${prefix}.${name}`, [value].flat().map(String));
  }
}

/** Node.js gives them as text, `DNS:a, IP Address:b`, those with special characters as JSON strings. */
function readAlternativeNames(text: string): { readonly type: string; readonly value: string }[] {
  return [
    ...text.matchAll(/(?<type>[A-Za-z][\w ]*):(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<plain>[^,]*))(?:, |$)/g),
  ].map(({ groups = {} }) => ({
    type: groups['type'] ?? '',
    value: groups['quoted'] === undefined ? (groups['plain'] ?? '') : JSON.parse(groups['quoted']),
  }));
}

function isUsable(value: string): boolean {
  return value.length <= MAX_CHARACTERS && !/[*?]/.test(value);
}
