/** Where editors find the JSON Schema of the config file: in the repository that package.json names. */
export const SCHEMA_ADDRESS =
  "https://raw.githubusercontent.com/mcpzip/mcpzip/main/schema/mcpzip.schema.json";
