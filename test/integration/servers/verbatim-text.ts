/** JSON that no parser and serializer gives back as it was: spacing, escapes, numbers, repeated keys. */
export const VERBATIM = [
  '{ "content" : [ {"type":"text", "text":"\\u007a\\u00fcrich \\/ \\ud83e\\udd8a 日本語"} ],',
  '"structuredContent":{"id":12345678901234567890, "tiny":1e-400,"one":1.0,"exp":1E+2,"neg":-0},',
  ' "__proto__":{"polluted":true}, "twice":1,"twice":2, "isError" : false,',
  '"_meta":{"io.example/trace":"\\"}]","empty":{ } , "list":[ ]}, "nul\\u0000key":null }',
].join("\t");
