/**
 * `node --import` this before the runtime, and nothing follows the tables' streams or a schedule: what a fleet costs
 * without what comes after it.
 */
import { registerHooks } from 'node:module';

const REPLACED = ['/local/src/streams/event-source-mappings.ts', '/local/src/schedules/timers.ts'];
const NOTHING_FOLLOWS = new URL('./nothing-follows.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    return context.parentURL !== NOTHING_FOLLOWS && REPLACED.some((path) => resolved.url.endsWith(path))
      ? { ...resolved, url: NOTHING_FOLLOWS }
      : resolved;
  },
});
