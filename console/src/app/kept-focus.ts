/**
 * What has the keyboard's focus may go by itself: the row of a machine that was deleted, the button of an empty list that got its first item.
 * Then whoever works by keyboard would begin at the top of the page again: the focus stays in the dialog, or else goes to the content.
 * Returns what ends this.
 */
export const keepFocus = (content: () => HTMLElement | null): (() => void) => {
  let last: Element | null = null;
  const remember = ({ target }: FocusEvent): void => {
    last = target instanceof Element ? target : null;
  };
  const look = (): void => {
    if (last === null || last.isConnected || document.activeElement !== document.body) return;
    last = null;
    (document.querySelector<HTMLElement>('dialog[open]') ?? content())?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { childList: true, subtree: true });
  document.addEventListener('focusin', remember);
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', remember);
  };
};
