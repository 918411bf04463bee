import type { FunctionCode } from '../lambda/definition.ts';
import type { Fields } from './resolved-resource.ts';
import { TemplateError } from './template-error.ts';

/** Where the code of a function or a layer comes from: an archive in S3, or the text of its one file. */
export type CodeLocation =
  | { readonly bucketName: string; readonly key: string }
  | { readonly zipFile: string };

/** Where code was unzipped to. */
export interface UnzippedCode {
  /** The directory of a function's or a layer's code. */
  codeDirOf(code: CodeLocation): string;
  /** What is known of the archive that it comes from. */
  archiveOf?(code: CodeLocation): FunctionCode | undefined;
}

/**
 * Reads the property that says so.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */
export function codeLocationOf(code: Fields): CodeLocation {
  code.allow(['S3Bucket', 'S3Key', 'ZipFile'], ['SourceKMSKeyArn']);
  const zipFile = code.optionalText('ZipFile');
  if (zipFile === undefined) return { bucketName: code.text('S3Bucket'), key: code.text('S3Key') };
  if (code.optionalText('S3Key') === undefined) return { zipFile };
  throw new TemplateError(code.path, 'takes an archive in S3 or a ZipFile, not both');
}
