const realNow = Date.now;

/** Milliseconds since the epoch by the machine's clock, whatever the runtime's has been moved to. */
export const machineNow = () => realNow();

/**
 * Has `Date` tell the runtime's time in this thread: the machine's and `offset`, one Float64 with milliseconds that
 * the runtime moves. Timers and `performance` go on as they were.
 */
export function moveTime(offset) {
  const offsetMs = new Float64Array(offset);
  const RealDate = Date;
  const now = () => realNow() + offsetMs[0];
  RealDate.now = now;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parts, newTarget) =>
      Reflect.construct(target, parts.length === 0 ? [now()] : parts, newTarget),
    apply: (target) => new target(now()).toString(),
  });
  RealDate.prototype.constructor = globalThis.Date;
}
