/** Thrown where a call has been made and its client is to hear nothing: the endpoint breaks the connection. */
export class LostResponse extends Error {
  override readonly name = 'LostResponse';
}
