/** What makes an executable of ours what it is and costs; ARCHITECTURE.md says what each flag is for. */
export const BUILD_FLAGS = [
  "--compile",
  "--minify",
  "--bytecode",
  "--format=esm",
  "--splitting",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  "--compile-jit-policy=10",
  "--compile-exec-argv=--use-system-ca",
];
