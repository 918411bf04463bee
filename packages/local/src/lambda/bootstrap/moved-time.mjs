const realNow = Date.now;
let offsetMs = 0;

/** Milliseconds since the epoch by the machine's clock, whatever the runtime's has been moved to. */
export const machineNow = () => realNow();

/** By how many milliseconds `Date` is to be ahead of the machine's clock. */
export function setOffset(ms) {
  offsetMs = ms;
}

/** Has `Date` tell the runtime's time in this process. Timers and `performance` go on as they were. */
export function moveTime(ms) {
  setOffset(ms);
  const RealDate = Date;
  const now = () => realNow() + offsetMs;
  RealDate.now = now;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parts, newTarget) =>
      Reflect.construct(target, parts.length === 0 ? [now()] : parts, newTarget),
    apply: (target) => new target(now()).toString(),
  });
  RealDate.prototype.constructor = globalThis.Date;
}
