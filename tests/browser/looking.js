// What a person would notice of a page, asked of the browser: cut text, sideways scrolling.
(() => {
  const skipped = ".watermark, .map, .sr, .skip, script, style, noscript, option, datalist, [hidden], .maplibregl-map";
  const cuts = (style, axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]);
  const scrolls = (style, axis) => ["auto", "scroll"].includes(style[`overflow${axis}`]);

  /** Return the words of which a part lies where nobody can see it or scroll to it. */
  function cut() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || !node.parentElement || node.parentElement.closest(skipped)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const why = hidden(node.parentElement, box);
      if (why) found.push(`${node.data.trim().slice(0, 40)} <${name(node.parentElement)}> ${why}`);
    }
    return found;
  }

  function hidden(element, box) {
    let [acrossDone, downDone] = [false, false];
    for (let each = element; each && each !== document.documentElement; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.clipPath.startsWith("inset(50%") || style.visibility === "hidden") return "";
      if (style.display === "inline" || style.display === "contents") continue;
      const own = each.getBoundingClientRect();
      if (!acrossDone && cuts(style, "X") && (box.right > own.right + 1.5 || box.left < own.left - 1.5)) return `cut across by ${name(each)}`;
      if (!downDone && cuts(style, "Y") && (box.bottom > own.bottom + 4 || box.top < own.top - 4)) return `cut down by ${name(each)}`;
      acrossDone ||= scrolls(style, "X");
      downDone ||= scrolls(style, "Y");
      if (style.position === "fixed") return "";
    }
    return !acrossDone && (box.right > innerWidth + 1.5 || box.left < -1.5) ? "outside the window" : "";
  }

  const name = (element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")}${element.id ? `#${element.id}` : ""}`;

  /** Return by how many pixels the page, or its content, can be moved sideways. */
  function sideways() {
    const content = document.querySelector(".content");
    const inner = content ? content.scrollWidth - content.clientWidth : 0;
    return Math.max(document.documentElement.scrollWidth - document.documentElement.clientWidth, inner, 0);
  }

  /** Set the text apart as WCAG 1.4.12 allows readers to. */
  function spaced() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
      p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  window.looking = { cut, sideways, spaced };
})();
