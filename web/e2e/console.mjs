// Look at the console as a person would, in Debian's Chromium.
//   node web/e2e/console.mjs BASE_URL CAMPAIGN   (SHOTS: folder for pictures)
// CAMPAIGN: the resource name of a finished run of the demo's contacts.
import assert from "node:assert/strict";
import { act, shot, step, withPage } from "./browser.mjs";

const [base, campaign] = process.argv.slice(2);

/** A reviewer at the queue: one by mouse, one by keyboard. */
async function review(page) {
  await act(page, "wu");
  await page.getByRole("link", { name: "质检复核" }).click();
  const row = (rule) => page.locator(".queue tr", { hasText: rule });
  await row("Q12").click();
  await page.locator("q", { hasText: "保证您能批下来" }).waitFor();
  await page.getByText("消保办法").waitFor();
  await page.waitForFunction(
    () => Math.abs(document.querySelector("audio")?.currentTime - 1.5) < 0.1,
  );
  await shot(page, "review");
  await page.getByPlaceholder("备注").fill("原话确凿");
  await page.getByRole("button", { name: /确\s*认/ }).click();
  await row("Q12").getByText("已确认").waitFor();
  await page.locator(".queue tr.now", { hasText: "Q16" }).waitFor();
  await page.keyboard.press("k");
  await page.getByText("wu 原话确凿").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("n");
  await row("Q16").getByText("已驳回").waitFor();
  await page.getByRole("link", { name: "打开通话" }).click();
  await page.waitForFunction(
    () => Math.abs(document.querySelector("audio")?.currentTime - 1.5) < 0.1,
  );
}

const PACK = `pack: bank-own
version: '1'
rules:
  - id: B01
    kind: not
    severity: 3
    scope: [marketing, wealth, loan, collection, service]
    speaker: [bot, agent]
    basis: house rule
    message: the house rule was broken
    patterns: ['您好']
    bad: ['您好，我是小王']
    good: ['再见']
`;

/** A bank's own rule: refused with its place, tried on the calls, kept, and put
 * in force by a second person. */
async function tryRule(page) {
  await page.getByRole("link", { name: "质检规则" }).click();
  const source = page.locator("textarea").first();
  await source.fill(PACK.replace("['您好']", "['您好(']"));
  await page.getByRole("button", { name: "编译并测试" }).click();
  await page.getByText(/11:\d+/).waitFor();
  await source.fill(PACK);
  await page.getByRole("button", { name: "编译并测试" }).click();
  await page.getByText("测试全部通过").waitFor();
  await page.locator('input[type="date"]').fill("");
  await page.getByRole("button", { name: "在通话上试用" }).click();
  await page.locator(".hits tr", { hasText: "B01" }).first().waitFor();
  await page.getByText(/通有发现/).waitFor();
  await shot(page, "rules");
  await page.getByRole("button", { name: "存为草稿" }).click();
  await page.getByText("测试全部通过，质检无问题").waitFor();
  await step(page, "提交复核");
  await page.getByText("待复核").first().waitFor();
  assert.ok(
    await page.getByRole("button", { name: /批\s*准/ }).isDisabled(),
    "the author cannot approve",
  );
  await act(page, "zhao");
  await page.reload();
  await page.getByText("测试全部通过，质检无问题").waitFor();
  await step(page, /批\s*准/, "同意");
  await step(page, "全部通话生效");
  await page.getByText("生效 × 1").waitFor();
  await shot(page, "pack");
  await step(page, "驳回停用", "只为试用"); // other calls are not to be judged by it
  await page.getByText("已驳回").first().waitFor();
}

/** No page is wider than a telephone; what is not there says so and leads back. */
async function onAPhone(page) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  for (const place of ["", campaign, "scripts", "review", "rules", "calls/no"]) {
    await page.goto("about:blank");
    await page.goto(`${base}/#/${place}`);
    await page.waitForLoadState("networkidle");
    const [wide, screen] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= screen, `#/${place} is ${wide} px wide`);
  }
  await page.getByText("打不开").waitFor();
  await page.locator("main").getByRole("link", { name: "外呼活动" }).click();
  await page.getByRole("link", { name: "信用卡账单分期" }).first().waitFor();
  await shot(page, "phone");
  await page.setViewportSize(before);
}

await withPage(async (page) => {
  await page.goto(base);
  await page.getByRole("link", { name: "信用卡账单分期" }).first().waitFor();
  await shot(page, "campaigns");
  await page.locator(`a[href="#/${campaign}"]`).click();
  await page.getByText("通话结果").waitFor();
  await page.getByText("已完成").first().waitFor();
  await page.waitForTimeout(1500); // the chart's animation, for the picture
  await shot(page, "campaign");

  const answered = page.locator("tr", { hasText: "接受办理" }).first();
  await answered.getByRole("link").click();
  await page.getByText("未发现违规").or(page.getByText("质检")).first().waitFor();
  const lines = page.locator(".said");
  await lines.first().waitFor();
  assert.ok((await lines.count()) >= 4, "a transcript of both sides");

  await page.waitForFunction(
    () => document.querySelector("audio")?.readyState >= 1,
  );
  const seconds = await page.evaluate(() => {
    const audio = document.querySelector("audio");
    void audio.play();
    return audio.duration;
  });
  assert.ok(seconds > 3, `the recording plays, ${seconds} s`);
  await page.waitForFunction(
    () => document.querySelector("audio").currentTime > 0.2,
  );
  await shot(page, "call");
  await review(page);
  await tryRule(page);

  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("tab", { name: "History" }).waitFor();
  await onAPhone(page);
  console.log("console: ok");
});
