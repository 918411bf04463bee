/** One figure of the laptop runtime, against the component underneath where there is one. */
export interface RuntimeFigure {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  /** The component underneath, measured in the same run, by turns. */
  readonly underneath?: number;
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  /** Whether the goal is for the ratio of `ours` to `underneath`, and not for `ours`. */
  readonly isGoalForRatio?: boolean;
}

/** Measures one part; `isQuick` means that it shall just work. */
export type RuntimePart = (isQuick: boolean) => Promise<readonly RuntimeFigure[]>;
