/** A point of the drawing, in its units: pixels at 100 %. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A state. `x` and `y` are of its upper left corner. */
export interface GraphNode extends Point {
  readonly name: string;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  /** The Map or Parallel state that it is within. */
  readonly parent?: string;
  /** Whether others are within it. */
  readonly isContainer: boolean;
  /** Whether executions of their own go through it, so that this one's history does not tell of it. */
  readonly isOfChildren: boolean;
}

/** Start and end are drawn as points without a name. */
export interface GraphEdge {
  readonly from?: string;
  readonly to?: string;
  readonly kind: 'next' | 'choice' | 'catch';
  readonly points: readonly Point[];
  /** Of a choice: its condition, shortened, or nothing for the default. */
  readonly label?: Point & { readonly text: string };
}

/** `GET /api/executions/{executionArn}/graph`: the state machine as it was when the execution was started. */
export interface StateGraph {
  readonly width: number;
  readonly height: number;
  readonly start: Point;
  readonly end?: Point;
  /** From the first state on, containers before what is in them. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Whether the machine has been changed or deleted since, so that a new execution would go another way. */
  readonly isOutdated: boolean;
}
