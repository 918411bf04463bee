/** The syntax tree of a rule's SQL, as `sql.peggy` builds it. `at` is an offset into the source. */

export type BinaryOperator =
  | 'AND'
  | 'OR'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

/** `*`: the whole payload. Legal as an item, after VALUE, in SET, as what a nested SELECT is from, and as an argument of some functions. */
export interface AllNode {
  readonly type: 'all';
  readonly at: number;
}

export interface CallNode {
  readonly type: 'call';
  /** In lower case: function names are not case-sensitive. */
  readonly name: string;
  readonly args: readonly (ExpressionNode | AllNode)[];
  readonly at: number;
}

export interface SubselectNode {
  readonly type: 'subselect';
  readonly selection: SelectionNode;
  readonly from: ExpressionNode | AllNode;
  readonly where: ExpressionNode | null;
  readonly at: number;
}

export interface CaseNode {
  readonly type: 'case';
  readonly subject: ExpressionNode;
  readonly branches: readonly { readonly when: ExpressionNode; readonly result: ExpressionNode }[];
  readonly otherwise: ExpressionNode | null;
}

interface CastNode {
  readonly type: 'cast';
  readonly value: ExpressionNode;
  /** In lower case. */
  readonly target: string;
  readonly at: number;
}

export interface BinaryNode {
  readonly type: 'binary';
  readonly operator: BinaryOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
  readonly at: number;
}

export type ExpressionNode =
  | { readonly type: 'literal'; readonly value: string | boolean | null }
  | { readonly type: 'number'; readonly digits: string; readonly at: number }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'member'; readonly object: ExpressionNode; readonly name: string }
  | { readonly type: 'variable'; readonly name: string; readonly at: number }
  | { readonly type: 'not' | 'negative'; readonly operand: ExpressionNode; readonly at: number }
  | {
      readonly type: 'object';
      readonly entries: readonly { readonly key: string; readonly value: ExpressionNode }[];
      readonly at: number;
    }
  | { readonly type: 'array'; readonly elements: readonly ExpressionNode[]; readonly at: number }
  | BinaryNode
  | CaseNode
  | CastNode
  | CallNode
  | SubselectNode;

export interface ItemNode {
  readonly type: 'item';
  readonly value: ExpressionNode | AllNode;
  /** The dotted path after AS. */
  readonly alias: readonly string[] | null;
  readonly at: number;
}

export type SelectionNode =
  | { readonly type: 'value'; readonly value: ExpressionNode | AllNode }
  | { readonly type: 'items'; readonly items: readonly (ItemNode | AllNode)[] };

interface VariableNode {
  readonly name: string;
  readonly value: ExpressionNode | AllNode;
  readonly at: number;
}

export interface StatementNode {
  readonly variables: readonly VariableNode[];
  readonly selection: SelectionNode;
  /** The topic filter. Without one, only Basic Ingest reaches the rule. */
  readonly from: string | null;
  readonly where: ExpressionNode | null;
}

/** A substitution template: text and expressions, in order. */
export type TemplateNode = readonly (string | ExpressionNode)[];
