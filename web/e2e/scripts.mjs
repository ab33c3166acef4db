// An author and a reviewer at the console, in Debian's Chromium.
//   node web/e2e/scripts.mjs BASE_URL SCRIPT.yaml   (SHOTS: folder for pictures)
// SCRIPT.yaml: a script of which the first version is there already.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { act, shot, step, withPage } from "./browser.mjs";

const [base, path] = process.argv.slice(2);

const button = (page, name) =>
  page.getByRole("button", { name, exact: true }).first();

async function talk(page) {
  await page.getByRole("tab", { name: "试聊" }).click();
  const line = page.getByPlaceholder("像客户那样说一句");
  await page.locator(".said.bot", { hasText: "本人吗" }).waitFor();
  for (const said of ["我就是", "利息多少", "以后别再打了"]) {
    await line.fill(said);
    await line.press("Enter");
    await page.locator(".said.callee", { hasText: said }).waitFor();
  }
  await page.getByPlaceholder("对话已结束").waitFor();
  await page.locator(".said.callee", { hasText: "要求不再来电" }).waitFor();
  await page.getByText("未发现违规").waitFor();
}

await withPage(async (page) => {
  await page.goto(`${base}/#/scripts`);
  await act(page, "li");
  await page.getByText("已批准").first().waitFor();
  await shot(page, "scripts");
  await page.getByRole("link", { name: "信用卡账单分期" }).first().click();
  await page.getByText("测试全部通过，质检无问题").waitFor();
  await shot(page, "script");
  await talk(page);
  await shot(page, "script-chat");

  // Another version, by upload.
  const source = readFileSync(path, "utf8");
  const other = source.replace("祝您生活愉快，再见", "祝您一切顺利，再见");
  assert.notEqual(other, source);
  await page.goto(`${base}/#/scripts`);
  await page.locator('input[type="file"]').setInputFiles({
    name: "script.yaml",
    mimeType: "text/yaml",
    buffer: Buffer.from(other),
  });
  await page.getByText("草稿").first().waitFor();
  await page.getByText("测试全部通过，质检无问题").waitFor();
  await page.getByRole("tab", { name: "版本对比" }).click();
  await page.locator(".diff .new", { hasText: "一切顺利" }).waitFor();
  assert.equal(await page.locator(".diff .gone").count(), 1);
  await shot(page, "script-diff");

  await step(page, "提交复核");
  await page.getByText("待复核").first().waitFor();
  assert.ok(
    await page.getByRole("button", { name: /批\s*准/ }).isDisabled(),
    "the author cannot approve",
  );
  await act(page, "wu");
  await page.reload();
  await page.getByText("测试全部通过，质检无问题").waitFor();
  await step(page, /驳\s*回/, "结束语请保持原样");
  await page.getByText("结束语请保持原样").first().waitFor();
  await step(page, "提交复核");
  await act(page, "zhao");
  await page.reload();
  await page.getByText("测试全部通过，质检无问题").waitFor();
  await step(page, /批\s*准/, "同意");
  await page.getByText("签名").first().waitFor();
  await page.getByRole("tab", { name: "履历" }).click();
  await page.getByText("“同意”").waitFor();
  await shot(page, "script-history");

  await button(page, "English").click();
  await page.getByRole("tab", { name: "History" }).waitFor();
  console.log("scripts: ok");
});
