import type { JsonObject } from '../json.ts';
import type { Findings } from './diagnostics.ts';

/** Checks the states inside a Parallel or a Map. */
export type ValidateContainer = (findings: Findings, container: JsonObject) => void;
