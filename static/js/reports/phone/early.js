// Before anything is drawn: the language and the colours this person chose. The page itself is the
// same for everybody, because it is kept on the phone.
(() => {
  const chosen = (name) => document.cookie.match(`(?:^|; )${name}=([a-z]+)`)?.[1];
  const theme = chosen("theme");
  document.documentElement.lang = chosen("lang") === "en" ? "en" : "zh-CN";
  document.documentElement.dataset.theme = ["dark", "night"].includes(theme) ? theme : "light";
})();
