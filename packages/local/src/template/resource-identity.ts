/** What other resources can refer to a resource by. */
export interface ResourceIdentity {
  /** The physical name: what the resource is called on AWS. */
  readonly name: string;
  /** What `Ref` gives: a name, an ARN or a URL, as AWS has it for the type. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute. */
  readonly attributes: Readonly<Record<string, string | string[]>>;
}
