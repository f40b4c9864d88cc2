// What a page without a server holds itself: JSON in <script type="application/json" data-path="address">.

/** The content of an address if this page holds it, else undefined. */
export function inlined(path) {
  const node = document.querySelector(`script[data-path="${path}"]`);
  return node ? JSON.parse(node.textContent) : undefined;
}
