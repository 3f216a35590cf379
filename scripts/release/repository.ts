import { repository } from "../../package.json";

/** `OWNER/NAME` on GitHub, as package.json has it. */
export const REPOSITORY = repository.replace(/^github:/, "");

export const REPOSITORY_URL = `https://github.com/${REPOSITORY}`;
