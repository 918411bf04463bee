const MAX_DEPTH = 16;
const MAX_NAME_LENGTH = 128;

/** Names that mean something to JavaScript's objects, and would get lost or misread on the way to DynamoDB. */
const UNUSABLE_NAMES = new Set(['__proto__', 'constructor']);

/** DynamoDB keeps 38 digits, JavaScript 15: a number that either would change is refused, not rounded. */
function isStorableNumber(value: number): boolean {
  const size = Math.abs(value);
  return Number.isInteger(value) ? Number.isSafeInteger(value) : size >= 1e-130 && size < 1e126;
}

/** Why a device's attributes cannot be stored just as they are, or `undefined` when they can. */
export function findStorageProblem(value: unknown, depth = 0): string | undefined {
  switch (typeof value) {
    case 'number':
      return isStorableNumber(value) ? undefined : 'holds a number that loses digits';
    case 'string':
      return value.isWellFormed() ? undefined : 'holds text that is no Unicode';
    case 'object':
      return value === null ? undefined : findMembersProblem(value, depth);
    default:
      return undefined;
  }
}

function findMembersProblem(value: object, depth: number): string | undefined {
  if (depth === MAX_DEPTH) return `nests deeper than ${MAX_DEPTH} levels`;
  for (const [name, member] of Object.entries(value)) {
    if (UNUSABLE_NAMES.has(name)) return `has a member named "${name}"`;
    if (name.length < 1 || name.length > MAX_NAME_LENGTH) {
      return `has a member whose name is not 1 to ${MAX_NAME_LENGTH} characters long`;
    }
    const problem = findStorageProblem(name) ?? findStorageProblem(member, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The same as it is read again: DynamoDB knows no zero below zero. Nests no deeper than what has no storage problem. */
export function asStored<T>(value: T): T;
export function asStored(value: unknown): unknown {
  if (typeof value === 'number') return value + 0;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member: unknown) => asStored(member));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asStored(member)]));
}

/**
 * The bytes that DynamoDB counts for a value; for a number the most that one can take.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function storedBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (typeof value !== 'object' || value === null) return 1;
  const isList = Array.isArray(value);
  return Object.entries(value).reduce(
    (bytes, [name, member]) => bytes + 1 + (isList ? 0 : Buffer.byteLength(name)) + storedBytes(member),
    3,
  );
}
