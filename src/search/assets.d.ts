/** A file that is built into the program: its path there. */
declare module "*.bin" {
  const path: string;
  export default path;
}
