import * as z from 'zod';
import { ApiError } from '../../api-error.ts';

/** What of a definition decides how it is drawn, in ASL's own words; JSONata and JSONPath alike. */
export interface Scope {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface State {
  readonly Type: string;
  readonly Next?: string | undefined;
  readonly Default?: string | undefined;
  readonly Choices?: readonly { readonly Next: string; readonly Condition?: unknown }[] | undefined;
  readonly Catch?: readonly { readonly Next: string; readonly ErrorEquals: readonly string[] }[] | undefined;
  readonly ItemProcessor?: Processor | undefined;
  /** An ItemProcessor, as Map states had it before 2022. */
  readonly Iterator?: Processor | undefined;
  readonly Branches?: readonly Scope[] | undefined;
}

export type Processor = Scope & {
  readonly ProcessorConfig?: { readonly Mode?: string | undefined } | undefined;
};

const scope = z.object({
  StartAt: z.string(),
  States: z.record(
    z.string(),
    z.lazy(() => state),
  ),
});

const processor = scope.extend({
  ProcessorConfig: z.object({ Mode: z.string().optional() }).optional(),
});

const state: z.ZodType<State> = z.object({
  Type: z.string(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.object({ Next: z.string(), Condition: z.unknown() })).optional(),
  Catch: z.array(z.object({ Next: z.string(), ErrorEquals: z.array(z.string()) })).optional(),
  ItemProcessor: processor.optional(),
  Iterator: processor.optional(),
  Branches: z.array(scope).optional(),
});

/** @throws ApiError for a text that is no definition */
export function readDefinition(text: string): Scope {
  try {
    return scope.parse(JSON.parse(text));
  } catch (cause) {
    throw new ApiError('failed', 'The definition of the state machine cannot be read.', { cause });
  }
}
