import type { Template } from '../template/template.ts';

/** What the types of IAM are named by, where the template can name them. */
const NAMES: Readonly<Record<string, string | undefined>> = {
  'AWS::IAM::AccessKey': undefined,
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::UserToGroupAddition': undefined,
};

export interface NeededCapabilities {
  readonly capability?: 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM';
  /** The types of resources that need it. */
  readonly types: readonly string[];
}

/**
 * What a template has to be acknowledged to do.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
export function neededCapabilities({ resources }: Pick<Template, 'resources'>): NeededCapabilities {
  const ofIam = [...resources.values()].filter(({ type }) => Object.hasOwn(NAMES, type));
  if (ofIam.length === 0) return { types: [] };
  const isNamed = ofIam.some(({ type, properties }) => {
    const name = NAMES[type];
    return name !== undefined && properties[name] !== undefined;
  });
  const types = [...new Set(ofIam.map(({ type }) => type))];
  return { capability: isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM', types };
}

/** The one with names includes the other. */
export function areAcknowledged({ capability }: NeededCapabilities, given: readonly string[]): boolean {
  if (capability === undefined || given.includes('CAPABILITY_NAMED_IAM')) return true;
  return capability === 'CAPABILITY_IAM' && given.includes('CAPABILITY_IAM');
}
