// Debian's Chromium with a profile of its own, for the scripts beside.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/** Open a page, do the work, close all. An error of the page's own code fails
 * it. @param work async (page) => ... */
export async function withPage(work) {
  const profile = mkdtempSync(join(tmpdir(), "yh-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    headless: true,
    viewport: { width: 1280, height: 860 },
    args: ARGS,
  });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (err) => errors.push(String(err)));
  try {
    await work(page);
    assert.deepEqual(errors, []);
  } catch (err) {
    console.error(errors.join("\n"));
    throw err;
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** A picture into the folder SHOTS, if there is one. */
export async function shot(page, name) {
  const folder = process.env.SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.waitForTimeout(400); // ripples and fades
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Say who acts. */
export async function act(page, who) {
  await page.locator(".actor input").fill(who);
}

/** Take a step of a version's life and confirm it in its dialog. */
export async function step(page, name, reason) {
  await page.locator(".ant-card-extra").getByRole("button", { name }).click();
  const dialog = page.locator(".ant-modal");
  if (reason) await dialog.locator("textarea").fill(reason);
  await dialog.locator(".ant-modal-footer .ant-btn").last().click();
  await dialog.waitFor({ state: "hidden" });
}
