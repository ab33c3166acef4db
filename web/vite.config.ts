import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The gateway serves what is built; `npm run dev` forwards the API to it.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../build/web",
    emptyOutDir: true,
    chunkSizeWarningLimit: 2000,
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8080" } },
});
