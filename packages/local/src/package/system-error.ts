/** The code of an error of the system (`ENOENT`); undefined for anything else that was thrown. */
export function systemErrorCode(error: unknown): string | undefined {
  const { code } = Object(error);
  return typeof code === 'string' ? code : undefined;
}
