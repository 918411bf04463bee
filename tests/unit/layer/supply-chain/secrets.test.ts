import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { findSecrets, findUnloggable } from '../../../support/secrets.ts';

const PROJECT_DIR = join(import.meta.dirname, '../../../..');

/** What would be committed: what git knows, and what it does not ignore. */
async function filesOfRepository(): Promise<readonly string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', args, { cwd: PROJECT_DIR, maxBuffer: 2 ** 24 });
  return stdout.split('\0').filter((file) => file !== '' && existsSync(join(PROJECT_DIR, file)));
}

// Put together here, so that the scanner does not find this file.
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PLANTED: readonly (readonly [what: string, text: string])[] = [
  ['private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ['access key id', `id = ${'AKIA'}${'Z7QWERTYUIOPASDF'}`],
  ['secret access key', `aws_secret_access_key = "${'wJalrXUtnFEMIK7MDENG'}${'bPxRfiCYzzzzzzzzKEYA'}"`],
  ['token of GitHub', `${'ghp_'}${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`],
];

describe('the repository', () => {
  test('has no secret in any of its files', async () => {
    const files = await filesOfRepository();
    const texts = await Promise.all(
      files.map(async (name) => ({ name, content: await readFile(join(PROJECT_DIR, name), 'utf8') })),
    );

    expect(files.length).toBeGreaterThan(500);
    expect(await findSecrets(texts)).toEqual([]);
  });

  test.each(PLANTED)('would be found with a %s in it', async (_, text) => {
    const texts = [
      { name: 'README.md', content: '# Service\n\nAll is well.\n' },
      { name: 'docs/notes.md', content: `# Notes\n\n${text}\n` },
      { name: 'docs/more.md', content: '' },
    ];
    expect(await findSecrets(texts)).toEqual([expect.stringMatching(/^docs\/notes\.md:3: /)]);
  });
});

describe('a log', () => {
  test.each([
    ['a certificate', '{"message":"-----BEGIN CERTIFICATE-----\\nMIIB"}'],
    ['a private key', '{"message":"-----BEGIN EC PRIVATE KEY-----\\nMIIB"}'],
    [
      'a signature',
      '{"authorization":"AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/iot/aws4_request"}',
    ],
    ['a presigned URL', 'https://bucket.s3.amazonaws.com/key?X-Amz-Security-Token=abc'],
    ...PLANTED,
  ])('is found out with %s in it', async (_, line) => {
    const accepted = '{"message":"accepted","deviceId":"dev-1"}\n';
    expect(await findUnloggable([{ name: 'log', content: accepted }])).toEqual([]);
    expect(await findUnloggable([{ name: 'log', content: `${accepted}${line}\n` }])).not.toEqual([]);
  });
});
