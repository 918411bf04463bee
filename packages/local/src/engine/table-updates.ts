import { isDeepStrictEqual } from 'node:util';
import { EngineError } from './dynamodb-call.ts';

/** As DescribeTable gives a table, or CreateTable takes it: they share these members. */
export type TableDescription = Readonly<Record<string, unknown>>;

interface Index {
  readonly IndexName: string;
  readonly KeySchema: unknown;
  readonly Projection?: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

/** Throws {@link EngineError} where the table would have to be replaced: for other keys or local indexes. */
export function assertSameKeys(tableName: string, there: TableDescription, wanted: TableDescription): void {
  if (shapeOf(there) === shapeOf(wanted)) return;
  throw new EngineError(
    `The table ${tableName} is there already, with other keys or local indexes, which cannot be changed: give the table another name, delete it, or start with another data directory.`,
  );
}

function shapeOf(table: TableDescription): string {
  const types = new Map(
    listOf<Record<string, string>>(table['AttributeDefinitions']).map((one) => [
      one['AttributeName'],
      one['AttributeType'],
    ]),
  );
  const keyOf = (keySchema: unknown) =>
    listOf<Record<string, string>>(keySchema).map(({ AttributeName, KeyType }) => [
      AttributeName,
      types.get(AttributeName),
      KeyType,
    ]);
  const locals = listOf<Index>(table['LocalSecondaryIndexes']).map(
    (index) => `${index.IndexName} ${JSON.stringify(keyOf(index.KeySchema))}`,
  );
  return JSON.stringify([keyOf(table['KeySchema']), locals.sort()]);
}

/**
 * The inputs of UpdateTable, one after the other, that make one table of another; DynamoDB takes one change of an index
 * at once. An index whose keys or projection change is made anew.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
 */
export function tableUpdates(there: TableDescription, wanted: TableDescription): readonly TableDescription[] {
  return [...settingUpdates(there, wanted), ...streamUpdates(there, wanted), ...indexUpdates(there, wanted)];
}

/** What has no effect on a laptop, but is told. */
function settingUpdates(there: TableDescription, wanted: TableDescription): readonly TableDescription[] {
  const protect = (table: TableDescription) => table['DeletionProtectionEnabled'] ?? false;
  const modeOf = (table: TableDescription) =>
    table['BillingMode'] ?? Object(table['BillingModeSummary'])['BillingMode'] ?? 'PROVISIONED';
  const unitsOf = (table: TableDescription) => {
    const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = Object(table['ProvisionedThroughput']);
    return { ReadCapacityUnits, WriteCapacityUnits };
  };
  const isOtherMode = modeOf(there) !== modeOf(wanted);
  const isProvisioned = modeOf(wanted) === 'PROVISIONED';
  const areOtherUnits = isProvisioned && !isDeepStrictEqual(unitsOf(there), unitsOf(wanted));
  return [
    ...(protect(there) === protect(wanted) ? [] : [{ DeletionProtectionEnabled: protect(wanted) }]),
    ...(isOtherMode || areOtherUnits
      ? [
          {
            BillingMode: modeOf(wanted),
            ...(isProvisioned && { ProvisionedThroughput: wanted['ProvisionedThroughput'] }),
          },
        ]
      : []),
  ];
}

/** A stream of another view is another stream. */
function streamUpdates(there: TableDescription, wanted: TableDescription): readonly TableDescription[] {
  const viewOf = (table: TableDescription): unknown => {
    const { StreamEnabled: isEnabled, StreamViewType: view } = Object(table['StreamSpecification']);
    return isEnabled === true ? view : undefined;
  };
  const [before, after] = [viewOf(there), viewOf(wanted)];
  if (before === after) return [];
  return [
    ...(before === undefined ? [] : [{ StreamSpecification: { StreamEnabled: false } }]),
    ...(after === undefined ? [] : [{ StreamSpecification: { StreamEnabled: true, StreamViewType: after } }]),
  ];
}

function indexUpdates(there: TableDescription, wanted: TableDescription): readonly TableDescription[] {
  const before = listOf<Index>(there['GlobalSecondaryIndexes']);
  const after = listOf<Index>(wanted['GlobalSecondaryIndexes']);
  const isIn = (indexes: readonly Index[], index: Index) =>
    indexes.some((one) => isDeepStrictEqual(comparable(one), comparable(index)));
  const deleted = before.filter((index) => !isIn(after, index));
  const created = after.filter((index) => !isIn(before, index));
  return [
    ...deleted.map(({ IndexName }) => ({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] })),
    ...created.map((index) => ({
      AttributeDefinitions: wanted['AttributeDefinitions'],
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    })),
  ];
}

/** What of an index cannot be changed without making it anew. */
function comparable({ IndexName, KeySchema, Projection = {} }: Index): object {
  const { ProjectionType, NonKeyAttributes = [] } = Projection;
  return { IndexName, KeySchema, ProjectionType, NonKeyAttributes: NonKeyAttributes.toSorted() };
}

function listOf<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? value : [];
}
