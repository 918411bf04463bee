import { isObject, type Json, type JsonObject } from '@device-lifecycle/local/template/template.ts';
import type { PackagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';

/** One statement of any policy of the template. */
export interface Statement {
  /** `{logical id}/{Sid}` */
  readonly where: string;
  readonly owner: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principal: Json | undefined;
  readonly condition: JsonObject;
}

const list = (value: Json | undefined): readonly string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);

function documentsIn(value: Json): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(documentsIn);
  if (!isObject(value)) return [];
  return value['Statement'] === undefined ? Object.values(value).flatMap(documentsIn) : [value];
}

/** Every statement of every policy document, wherever in the template it stands. */
export function statementsOf({ resources }: PackagedTemplate): readonly Statement[] {
  return resources.flatMap(({ logicalId, properties }) =>
    documentsIn(properties).flatMap(({ Statement: statements }) =>
      (Array.isArray(statements) ? statements : []).map((statement): Statement => {
        const { Sid, Effect, Action, Resource, Principal, Condition } = Object(statement);
        return {
          where: `${logicalId}/${Sid ?? Action}`,
          owner: logicalId,
          effect: Effect,
          actions: list(Action),
          resources: list(Resource),
          principal: Principal,
          condition: Condition ?? {},
        };
      }),
    ),
  );
}
