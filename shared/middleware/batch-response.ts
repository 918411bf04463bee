/**
 * What Lambda brings again: this record, and those after it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** @param sequenceNumber of the first record that failed, if one did */
export const failedFrom = (sequenceNumber: string | undefined): BatchResponse => ({
  batchItemFailures: sequenceNumber === undefined ? [] : [{ itemIdentifier: sequenceNumber }],
});
