/** The JSON text of an answer's id: `1` and `"1"` differ, and so do 2^53 and 2^53 + 1. */
export function idTextOf(line: string): string | undefined {
  return /^\{"jsonrpc":"2\.0","id":("(?:[^"\\]|\\.)*"|[^,]*),/.exec(line)?.[1];
}
