import { numberOf, textOf, type Value } from './value.ts';

/**
 * The ascending order of `sort`, `sortsFirst` and `sortsLast`: what is no number before the numbers, and of that,
 * chunk by chunk, digits by their length and then their value, all else by Unicode. What is not there counts as ''.
 * Source: CloudWatch Logs user guide, "sort".
 */
export function compareValues(left: Value, right: Value): number {
  const [leftNumber, rightNumber] = [numberOf(left), numberOf(right)];
  if (leftNumber !== undefined && rightNumber !== undefined) return leftNumber - rightNumber;
  if (leftNumber !== undefined) return 1;
  if (rightNumber !== undefined) return -1;
  return compareTexts(left === undefined ? '' : textOf(left), right === undefined ? '' : textOf(right));
}

function compareTexts(left: string, right: string): number {
  const [leftChunks, rightChunks] = [chunksOf(left), chunksOf(right)];
  for (const [index, leftChunk] of leftChunks.entries()) {
    const rightChunk = rightChunks[index];
    if (rightChunk === undefined) return 1;
    const order = compareChunks(leftChunk, rightChunk);
    if (order !== 0) return order;
  }
  return leftChunks.length - rightChunks.length;
}

const chunksOf = (text: string): readonly string[] => text.match(/\d+|\D+/g) ?? [];

function compareChunks(left: string, right: string): number {
  const areNumbers = /^\d/.test(left) && /^\d/.test(right);
  if (areNumbers && left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
