import { build } from 'esbuild';

/** What the actions of a client's commands begin with. Add a client here when a function starts to use it. */
const PREFIXES: Readonly<Record<string, string>> = {
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/client-eventbridge': 'events',
  '@aws-sdk/client-iot': 'iot',
  '@aws-sdk/client-iot-data-plane': 'iot',
  '@aws-sdk/client-lambda': 'lambda',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-sfn': 'states',
  '@aws-sdk/client-sqs': 'sqs',
};

/**
 * A transaction is allowed item by item, and has no action of its own.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const ITEM_ACTIONS: Readonly<Record<string, readonly (readonly [key: string, action: string])[]>> = {
  TransactWriteItemsCommand: [
    ['Put', 'dynamodb:PutItem'],
    ['Update', 'dynamodb:UpdateItem'],
    ['Delete', 'dynamodb:DeleteItem'],
    ['ConditionCheck', 'dynamodb:ConditionCheckItem'],
  ],
  TransactGetItemsCommand: [['Get', 'dynamodb:GetItem']],
};

/**
 * What a library of the SDK calls by itself. An upload in parts is allowed as one put.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
 */
const LIBRARY_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  Upload: ['s3:AbortMultipartUpload', 's3:PutObject'],
};

/** Just the code that the entry point needs of our own sources; packages stay imports. */
async function reachableCode(entryPoint: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** The package of each name that is imported from the AWS SDK, by what it is called here. */
function sdkImports(code: string): ReadonlyMap<string, { readonly from: string; readonly name: string }> {
  const imports = new Map<string, { readonly from: string; readonly name: string }>();
  for (const [, names = '', from = ''] of code.matchAll(/import \{([^}]*)\} from "(@aws-sdk\/[^"]+)"/g)) {
    for (const part of names.split(',')) {
      const [name = '', alias = name] = part.trim().split(/ as /);
      imports.set(alias, { from, name });
    }
  }
  return imports;
}

/** What could call the SDK without a command that is made by its name. */
function refuseUnreadable(code: string, imports: ReturnType<typeof sdkImports>): void {
  if (/import \* as \w+ from "@aws-sdk\/client-/.test(code)) {
    throw new Error(
      'Import the commands of an AWS SDK client by their names: else its calls cannot be told.',
    );
  }
  for (const [alias, { name }] of imports) {
    const mentions = code.match(new RegExp(`\\b${alias}\\b`, 'g'))?.length ?? 0;
    const made = code.match(new RegExp(`\\bnew ${alias}\\(`, 'g'))?.length ?? 0;
    const isHidden = name.endsWith('Command') && mentions > made + 1;
    if (isHidden || /^(paginate|waitUntil)/.test(name)) {
      throw new Error(`Make each call by "new …Command(…)": what ${name} calls cannot be told.`);
    }
  }
}

function actionsOf(code: string, { from, name }: { readonly from: string; readonly name: string }) {
  const itemActions = ITEM_ACTIONS[name];
  if (itemActions !== undefined) {
    // As keys of an object: `Put: {`. Taking one apart again reads `{ Put, Update }`.
    return itemActions.filter(([key]) => new RegExp(`\\b${key}: `).test(code)).map(([, action]) => action);
  }
  const prefix = PREFIXES[from];
  if (prefix === undefined) throw new Error(`Say in PREFIXES what the actions of ${from} begin with.`);
  return [`${prefix}:${name.replace(/Command$/, '')}`];
}

/**
 * The IAM actions that a function's code calls: those of the commands of the AWS SDK that are made anywhere in the
 * code that its handler needs.
 * @param entryPoint path of the handler's source
 */
export async function derivedActions(entryPoint: string): Promise<readonly string[]> {
  const code = await reachableCode(entryPoint);
  const imports = sdkImports(code);
  refuseUnreadable(code, imports);
  const made = new Set([...code.matchAll(/\bnew (\w+)\(/g)].map(([, name = '']) => name));
  const actions = [...made].flatMap((alias) => {
    const imported = imports.get(alias);
    if (imported?.from === '@aws-sdk/lib-storage') return LIBRARY_ACTIONS[imported.name] ?? [];
    return imported?.name.endsWith('Command') === true ? actionsOf(code, imported) : [];
  });
  return [...new Set(actions)].sort();
}
