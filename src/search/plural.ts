const NO_PLURAL =
  /(?:us|is|ss|ics|news|status|address|alias|kubernetes|aws|redis|postgres|sales|settings|details|analytics|contents?)$/;

/** Whether an English word in lower case looks like more than one of something. */
export function isPlural(word: string): boolean {
  return word.length > 3 && word.endsWith("s") && !NO_PLURAL.test(word);
}
