/**
 * How often the overview asks for what no event tells of, as multiples of the session's pace: a call or two, dozens of calls,
 * questions about logs.
 */
export const PACES = { light: 8, heavy: 16, logs: 30 } as const;
