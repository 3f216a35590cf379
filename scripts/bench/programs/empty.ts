// The least that a compiled Bun program can be: what mcpzip's start-up is measured against.
void 0;
