import type { RefusedFunction, SqlFunction } from './definition.ts';
import { encodingFunctions } from './encoding-functions.ts';
import { lookupFunctions } from './lookup-functions.ts';
import { messageFunctions } from './message-functions.ts';
import { numberFunctions } from './number-functions.ts';
import { patternFunctions } from './pattern-functions.ts';
import { textFunctions } from './text-functions.ts';
import { timeFunctions } from './time-functions.ts';
import { valueFunctions } from './value-functions.ts';

export type Functions = ReadonlyMap<string, SqlFunction>;

const refusedFunctions: Readonly<Record<string, RefusedFunction>> = {
  get_secret: { refused: 'it calls AWS Secrets Manager, which is not on the laptop' },
  machinelearning_predict: { refused: 'it calls Amazon Machine Learning, which is not on the laptop' },
};

/**
 * Every function of AWS IoT SQL, by its name in lower case.
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
 */
export const functions: Functions = new Map(
  Object.entries<SqlFunction>({
    ...messageFunctions,
    ...textFunctions,
    ...patternFunctions,
    ...numberFunctions,
    ...valueFunctions,
    ...encodingFunctions,
    ...timeFunctions,
    ...lookupFunctions,
    ...refusedFunctions,
  }),
);
