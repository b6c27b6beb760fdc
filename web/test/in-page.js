/**
 * What `judge.ts` asks of an open page; it runs there, so it is sent as it stands. Each function
 * answers words about what it found.
 */
globalThis.judge = {
  /** Apply a style of the reader's own; a constructed sheet passes the security policy. */
  restyle(css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = css === '' ? [] : [sheet];
  },

  /** By how many pixels the page is wider than its window. */
  excess() {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  },

  /** Words that are cut off; what ends in an ellipsis on purpose says so by its style. */
  clipped() {
    return [...document.querySelectorAll('body *:not(.sr-only)')]
      .filter((element) => {
        const style = getComputedStyle(element);
        if (style.overflow !== 'hidden' || style.textOverflow === 'ellipsis') return false;
        if (element.textContent.trim() === '' || element.closest('svg') !== null) return false;
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
        return scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
      })
      .map((element) => element.outerHTML.slice(0, 80));
  },

  /** Controls of which no side may be shorter than `least`; a link within a sentence may be. */
  small(least) {
    const controls = 'a[href], button, input, select, textarea, summary';
    return [...document.querySelectorAll(controls)]
      .map((control) => ({ control, target: control.closest('label') ?? control }))
      .filter(({ control }) => getComputedStyle(control).display !== 'inline')
      .map(({ control, target }) => ({ control, box: target.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < least - 0.5)
      .map(({ control, box }) => {
        const size = `${Math.round(box.width)} × ${Math.round(box.height)}`;
        return `${size}: ${control.outerHTML.slice(0, 80)}`;
      });
  },

  /** The Tab key begins at the top again. */
  unfocus() {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    window.scrollTo(0, 0);
  },

  /** What has the focus, and what is wrong with how that shows; null when nothing has it. */
  focused() {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const index = [...document.querySelectorAll('*')].indexOf(element);
    const html = element.outerHTML.slice(0, 80);
    const shown = element.closest('label') ?? element;
    const box = shown.getBoundingClientRect();
    if (box.width === 0 || box.bottom <= 0 || box.top >= window.innerHeight) {
      return { index, html, fault: 'focused but out of sight' };
    }
    const top = Math.max(box.top, 0);
    const middle = (top + Math.min(box.bottom, window.innerHeight)) / 2;
    const above = document.elementFromPoint((box.left + box.right) / 2, middle);
    if (above !== null && !shown.contains(above) && !above.contains(shown)) {
      return { index, html, fault: `focused but covered by ${above.outerHTML.slice(0, 60)}` };
    }
    const isMarked = [element, shown].some((one) => getComputedStyle(one).outlineStyle !== 'none');
    return { index, html, fault: isMarked ? null : 'focused but not marked' };
  },
};
