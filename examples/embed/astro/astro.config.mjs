import mdx from "@astrojs/mdx";
import { defineConfig } from "astro/config";

export default defineConfig({
  integrations: [mdx()],
  build: { format: "file", inlineStylesheets: "never" },
  devToolbar: { enabled: false },
  // Shiki writes colours into a style of each word, which a strict policy forbids.
  markdown: { syntaxHighlight: false },
});
