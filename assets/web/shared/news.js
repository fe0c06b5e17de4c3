// News as HTML from administrators, made safe: DOMPurify with a short list of what may stand in it. The one place where HTML text
// becomes part of a page.

import purify from "../vendor/purify.js";

const ALLOWED = {
  ALLOWED_TAGS: ["p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "b", "em", "i", "u", "a", "blockquote", "img", "table", "thead", "tbody", "tr", "th", "td", "hr", "span"],
  ALLOWED_ATTR: ["href", "src", "alt", "colspan", "rowspan"],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

/** A fragment that lit can draw. Pictures only from this server; links open apart and tell nobody where they came from. */
export const clean = (text) => {
  // The parser reports a style attribute to the policy before it is taken away: it goes first.
  const plain = (text ?? "").replace(/\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "");
  const made = purify.sanitize(plain, ALLOWED);
  for (const picture of made.querySelectorAll("img")) {
    const found = /^(?:https?:\/\/[^/]+)?(\/files\/[^\s"]+)$/.exec(picture.getAttribute("src") ?? "");
    if (found) Object.assign(picture, { src: found[1], alt: picture.alt }); else picture.remove();
  }
  for (const link of made.querySelectorAll("a")) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  // A page has one h1, and headings below it begin with h2.
  return made;
};
