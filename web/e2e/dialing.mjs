// The global switch, worked by a person at the console.
//   node web/e2e/dialing.mjs BASE_URL
import { withPage } from "./browser.mjs";

const [base] = process.argv.slice(2);

async function turn(page, name) {
  await page.getByRole("button", { name }).click();
  const dialog = page.locator(".ant-modal");
  await dialog.getByPlaceholder("原因").fill("演练");
  await dialog.locator(".ant-modal-footer .ant-btn").last().click();
  await dialog.waitFor({ state: "hidden" });
}

await withPage(async (page) => {
  await page.goto(base);
  await turn(page, "停止全部外呼");
  await page.getByText("外呼已全部停止").waitFor();
  await turn(page, "恢复外呼");
  await page.getByText("外呼已全部停止").waitFor({ state: "detached" });
  console.log("dialing: ok");
});
