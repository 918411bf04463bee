import { hash } from 'node:crypto';
import type { ExecutionType } from '../definition.ts';

const INDEX_DIGITS = 12;

/**
 * The name of a map run's child: a UUID, as AWS's are, but one that tells its batch, so that what has run can be
 * told by its results alone.
 */
export function childName(mapRunArn: string, batchIndex: number): string {
  const digits = hash('sha1', mapRunArn);
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(12, 15)}`,
    `8${digits.slice(15, 18)}`,
  ];
  return `${groups.join('-')}-${batchIndex.toString(16).padStart(INDEX_DIGITS, '0')}`;
}

/** The batch of the child that is named so. */
export function batchIndexOf(name: string): number {
  return Number.parseInt(name.slice(-INDEX_DIGITS), 16);
}

/**
 * The ARN of a child: `…:execution:{machine}/{label}:{name}`, or `…:express:{machine}/{label}:{name}:{UUID}`.
 * A Standard child keeps it in a redrive; an Express one is started anew, with another.
 */
export function childArn(
  stateMachineArn: string,
  type: ExecutionType,
  name: string,
  redriveCount: number,
): string {
  if (type === 'STANDARD') return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const digits = hash('sha1', `${stateMachineArn} ${name} ${redriveCount}`);
  const uuid = digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
  return `${stateMachineArn.replace(':stateMachine:', ':express:')}:${name}:${uuid}`;
}
