import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineError } from './engine-error.ts';

const PACKAGE = '@dynoxide/linux-x64';

const INSTEAD =
  'start DynamoDB Local (with Java 17, or the Docker image amazon/dynamodb-local) and give its address with --dynamodb URL';

/** The path of dynoxide's executable. Throws {@link EngineError} where there is none. */
export function findDynoxide(platform: string = process.platform, arch: string = process.arch): string {
  if (platform !== 'linux' || arch !== 'x64') {
    throw new EngineError(
      `The table engine dynoxide comes for linux-x64, and this is ${platform}-${arch}: ${INSTEAD}.`,
    );
  }
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    const binary = join(dirname(manifest), 'dynoxide');
    accessSync(binary, constants.X_OK);
    return binary;
  } catch (cause) {
    throw new EngineError(`The package ${PACKAGE} is not installed: run \`npm ci\`, or ${INSTEAD}.`, {
      cause,
    });
  }
}
