/** Blocks of 16 bytes; the state has three of them. */
const BLOCK = 16;
const STATE = 3 * BLOCK;
const ROUNDS = 18;

/** "A 256-byte random permutation constructed from the digits of pi." */
const SUBSTITUTES = Buffer.from(
  '292e43c9a2d87c013d3654a1ecf0061362a705f3c0c7738c98932bd9bc4c82ca1e9b573cfdd4e01667426f18' +
    '8a17e512be4ec4d6da9ede49a0fbf58ebb2fee7aa968799115b2073f94c210890b225f21807f5d9a5a903227' +
    '353ecce7bff79703ff1930b348a5b5d1d75e922aac56aac64fb838d296a47db676fc6be29c7404f1459d7059' +
    '64718720865bcf65e62da8021b6025adaeb0b9f61c46616934407e0f5547a323dd51af3ac35cf9cebac5ea26' +
    '2c530d6e85288409d3dfcdf441814d526adc37c86cc1abfa24e17b080cbdb14a7888958be363e86de9cbd5fe' +
    '3b001d39f2efb70e6658d0e4a67772f8eb754b0a314450b48fed1f1adb998d339f118314',
  'hex',
);

/** The hash MD2, in hexadecimal; OpenSSL has it no more. Source: RFC 1319, with its erratum 555. */
export function md2(text: string): string {
  const message = Buffer.from(text);
  const padding = BLOCK - (message.length % BLOCK);
  const padded = Buffer.concat([message, Buffer.alloc(padding, padding)]);
  const whole = Buffer.concat([padded, checksum(padded)]);

  const state = Buffer.alloc(STATE);
  for (let start = 0; start < whole.length; start += BLOCK)
    compress(state, whole.subarray(start, start + BLOCK));
  return state.toString('hex', 0, BLOCK);
}

function checksum(padded: Buffer): Buffer {
  const sum = Buffer.alloc(BLOCK);
  let last = 0;
  for (const [index, byte] of padded.entries()) {
    last = byteAt(sum, index % BLOCK) ^ byteAt(SUBSTITUTES, byte ^ last);
    sum[index % BLOCK] = last;
  }
  return sum;
}

function compress(state: Buffer, block: Buffer): void {
  for (const [index, byte] of block.entries()) {
    state[BLOCK + index] = byte;
    state[2 * BLOCK + index] = byte ^ byteAt(state, index);
  }
  let last = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let index = 0; index < STATE; index += 1) {
      last = byteAt(state, index) ^ byteAt(SUBSTITUTES, last);
      state[index] = last;
    }
    last = (last + round) % 256;
  }
}

function byteAt(bytes: Buffer, index: number): number {
  return bytes[index] ?? 0;
}
