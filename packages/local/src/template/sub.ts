/** `${Name}`, `${Name.Attribute}`, `${AWS::Region}`, or `${!Literal}`. */
const PLACEHOLDER = /\$\{\s*(!?)([^}]*?)\s*\}/g;

/**
 * Replaces the placeholders of `Fn::Sub`; `${!Name}` stands for the text `${Name}`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */
export function substitute(pattern: string, resolveName: (name: string) => string): string {
  return pattern.replace(PLACEHOLDER, (_placeholder, literal: string, name: string) =>
    literal === '!' ? `\${${name}}` : resolveName(name),
  );
}
