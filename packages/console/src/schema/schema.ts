/** A part of JSON Schema 2020-12, as docs/executions.schema.json uses it, with words in Japanese too. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly 'x-title-ja'?: string;
  readonly 'x-description-ja'?: string;
  /** What a number means: `epochSeconds`. */
  readonly 'x-unit'?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly type?: string;
  readonly const?: unknown;
  readonly pattern?: string;
  /** In code points, as JSON Schema counts. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
}

export type ObjectSchema = Schema & { readonly properties: Readonly<Record<string, Schema>> };
