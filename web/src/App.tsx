import { Button, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useEffect, useState } from "react";
import { LangContext, useWords, type Lang } from "./i18n";
import { CallPage } from "./pages/CallPage";
import { CampaignPage } from "./pages/CampaignPage";
import { CampaignsPage } from "./pages/CampaignsPage";

/** The place is in the hash: #/campaigns/<id>, #/calls/<id>. */
function usePlace() {
  const read = () => window.location.hash.replace(/^#\//, "");
  const [place, setPlace] = useState(read);

  useEffect(() => {
    const onChange = () => setPlace(read());
    window.addEventListener("hashchange", onChange);
    return () => window.removeEventListener("hashchange", onChange);
  }, []);

  return place;
}

function Page({ place }: { place: string }) {
  if (place.startsWith("campaigns/"))
    return <CampaignPage key={place} name={place} />;
  if (place.startsWith("calls/")) return <CallPage key={place} name={place} />;
  return <CampaignsPage />;
}

function Bar({ lang, onLang }: { lang: Lang; onLang: (l: Lang) => void }) {
  const t = useWords();
  return (
    <header className="bar">
      <img src="/fox.svg" width={30} height={48} alt="" />
      <a href="#/">银狐 Yinhu</a>
      <span className="sub">{t("title")}</span>
      <Button size="small" onClick={() => onLang(lang === "zh" ? "en" : "zh")}>
        {lang === "zh" ? "English" : "中文"}
      </Button>
    </header>
  );
}

export function App() {
  const [lang, setLang] = useState<Lang>("zh");
  const place = usePlace();
  return (
    <ConfigProvider
      locale={lang === "zh" ? zhCN : enUS}
      theme={{ token: { colorPrimary: "#d4632a" } }}
    >
      <LangContext.Provider value={lang}>
        <Bar lang={lang} onLang={setLang} />
        <main className="page">
          <Page place={place} />
        </main>
      </LangContext.Provider>
    </ConfigProvider>
  );
}
