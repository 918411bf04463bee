import { expressRefusal, parseResource } from '../integrations/resource.ts';
import { isJsonObject, type Json } from '../json.ts';
import type { Findings } from './diagnostics.ts';

/** Checks that the tasks of Express workflows wait for nothing: of those that `isExpress` says the states are run by. */
export function validateExpressResources(findings: Findings, container: Json, isExpress: boolean): void {
  if (!isJsonObject(container) || !isJsonObject(container['States'])) return;
  for (const [name, state] of Object.entries(container['States'])) {
    validateState(findings.about(name, `${findings.location}/States/${name}`), state, isExpress);
  }
}

function validateState(findings: Findings, state: Json, isExpress: boolean): void {
  if (!isJsonObject(state)) return;
  const { Resource, Branches, ItemProcessor, Iterator: iterator } = state;
  if (isExpress && typeof Resource === 'string') {
    const resource = parseResource(Resource);
    const refusal = resource === undefined ? undefined : expressRefusal(resource);
    if (refusal !== undefined) findings.at('Resource').add(refusal);
  }
  if (Array.isArray(Branches)) {
    for (const [index, branch] of Branches.entries()) {
      validateExpressResources(findings.at('Branches').item(index), branch, isExpress);
    }
  }
  if (iterator !== undefined) validateExpressResources(findings.at('Iterator'), iterator, isExpress);
  if (ItemProcessor === undefined) return;
  validateExpressResources(
    findings.at('ItemProcessor'),
    ItemProcessor,
    isExpressProcessor(ItemProcessor, isExpress),
  );
}

/** The children of a Distributed Map have a type of their own. */
function isExpressProcessor(processor: Json, isExpress: boolean): boolean {
  const config = isJsonObject(processor) ? processor['ProcessorConfig'] : undefined;
  if (!isJsonObject(config) || config['Mode'] !== 'DISTRIBUTED') return isExpress;
  return config['ExecutionType'] === 'EXPRESS';
}
