import { Button, ConfigProvider, Input } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useEffect, useState } from "react";
import { actor, setActor } from "./actor";
import { LangContext, useWords, type Lang } from "./i18n";
import { CallPage } from "./pages/CallPage";
import { CampaignPage } from "./pages/CampaignPage";
import { CampaignsPage } from "./pages/CampaignsPage";
import { ReviewPage } from "./pages/ReviewPage";
import { RulesPage } from "./pages/RulesPage";
import { ScriptPage } from "./pages/ScriptPage";
import { ScriptsPage } from "./pages/ScriptsPage";
import { DialingSwitch } from "./parts/DialingSwitch";

/** The place is in the hash: #/campaigns/<id>, #/calls/<id>[@<ms>], #/scripts,
 * #/review ... */
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
  if (place.startsWith("calls/")) {
    const [name, at] = place.split("@");
    return <CallPage key={name} name={name} atMs={Number(at ?? 0)} />;
  }
  if (place.startsWith("scripts/") || place.startsWith("packs/"))
    return <ScriptPage key={place} name={place} />;
  if (place === "scripts") return <ScriptsPage />;
  if (place === "rules") return <RulesPage />;
  if (place === "review") return <ReviewPage />;
  return <CampaignsPage />;
}

/** Who acts, where no authentication proxy says so. */
function Actor() {
  const t = useWords();
  const [id, setId] = useState(actor);
  return (
    <Input
      size="small"
      className="actor"
      prefix={t("actor")}
      value={id}
      maxLength={64}
      onChange={(e) => {
        const next = e.target.value.replace(/[^A-Za-z0-9._@-]/g, "");
        setId(next);
        setActor(next);
      }}
    />
  );
}

/** The pages of the bar, and what else belongs to each. */
const PAGES = [
  ["campaigns", "", /^$|^campaigns|^calls/],
  ["scripts", "scripts", /^scripts/],
  ["review", "review", /^review/],
  ["rules", "rules", /^rules|^packs/],
] as const;

function Bar({
  place,
  lang,
  onLang,
}: {
  place: string;
  lang: Lang;
  onLang: (l: Lang) => void;
}) {
  const t = useWords();
  return (
    <header className="bar">
      <img src="/fox.svg" width={30} height={48} alt="" />
      <a href="#/">银狐 Yinhu</a>
      <nav>
        {PAGES.map(([word, at, within]) => (
          <a
            key={word}
            href={`#/${at}`}
            aria-current={within.test(place) ? "page" : undefined}
          >
            {t(word)}
          </a>
        ))}
      </nav>
      <span className="sub">{t("title")}</span>
      <DialingSwitch />
      <Actor />
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
        <Bar place={place} lang={lang} onLang={setLang} />
        <main className="page">
          <Page place={place} />
        </main>
      </LangContext.Provider>
    </ConfigProvider>
  );
}
