/*
 * Colours and weights for a terminal. `Output` takes them away where they are not wanted, so a command
 * need not ask.
 */

export const bold = styled(1, 22);
export const dim = styled(2, 22);
export const red = styled(31, 39);
export const green = styled(32, 39);
export const yellow = styled(33, 39);
export const cyan = styled(36, 39);

function styled(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}
