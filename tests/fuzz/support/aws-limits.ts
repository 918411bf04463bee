import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_DEPTH = 32;
const MAX_KEY_BYTES = 2048;
const MAX_DIGITS = 38;
const MAX_EXPONENT = 126;

const bytesOf = (text: string): number => Buffer.byteLength(text);

function numberProblem(text: string): string | undefined {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  if (whole === '') return `"${text}" is no number`;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const magnitude = digits.length - fraction.length + Number(exponent);
  const significant = digits.replace(/0+$/, '');
  if (significant.length > MAX_DIGITS) return `${text} has more than ${MAX_DIGITS} digits`;
  const isInRange = significant === '' || (magnitude <= MAX_EXPONENT && magnitude > -MAX_EXPONENT - 4);
  return isInRange ? undefined : `${text} is out of DynamoDB's range`;
}

function textProblem(text: string): string | undefined {
  return text.isWellFormed() ? undefined : 'a text is no Unicode';
}

function firstOf<T>(values: Iterable<T>, problemOf: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const problem = problemOf(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function valueProblem(value: AttributeValue, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return `it nests deeper than ${MAX_DEPTH} levels`;
  if (value.S !== undefined) return textProblem(value.S);
  if (value.N !== undefined) return numberProblem(value.N);
  if (value.L !== undefined) return firstOf(value.L, (one) => valueProblem(one, depth + 1));
  if (value.M !== undefined) {
    return firstOf(
      Object.entries(value.M),
      ([name, one]) => textProblem(name) ?? valueProblem(one, depth + 1),
    );
  }
  return undefined;
}

function bytesOfValue({ S, N, L, M, B, SS, NS }: AttributeValue): number {
  if (S !== undefined) return bytesOf(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 2;
  if (B !== undefined) return B.length;
  if (SS !== undefined || NS !== undefined)
    return (SS ?? NS ?? []).reduce((bytes, one) => bytes + bytesOf(one), 0);
  if (L !== undefined) return L.reduce((bytes, one) => bytes + 1 + bytesOfValue(one), 3);
  return M === undefined ? 1 : 3 + bytesOfItem(M);
}

const bytesOfItem = (item: Readonly<Record<string, AttributeValue>>): number =>
  Object.entries(item).reduce((bytes, [name, value]) => bytes + bytesOf(name) + 1 + bytesOfValue(value), 0);

/**
 * Why DynamoDB would refuse an item: engines on a laptop are more lenient than AWS. The attributes of an index are
 * looked at by nobody here, for the service makes them itself.
 */
export function problemOfItem(item: Readonly<Record<string, AttributeValue>>): string | undefined {
  const id = item['id']?.S ?? '';
  if (id === '') return 'it has no key';
  if (bytesOf(id) > MAX_KEY_BYTES) return `its key is longer than ${MAX_KEY_BYTES} bytes`;
  const bytes = bytesOfItem(item);
  if (bytes > MAX_ITEM_BYTES) return `it has ${bytes} bytes`;
  return valueProblem({ M: item as Record<string, AttributeValue> }, 0);
}
