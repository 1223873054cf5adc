import { printable } from '../../core/printable.ts';

type Child = Node | string | undefined | false;

/**
 * An element with its properties (`class`, `aria-…` and other attributes by their names) and what is in it. What a
 * name holds that does harm where it is shown becomes U+FFFD.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | boolean | ((event: Event) => void) | undefined>> = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== undefined && value !== false)
      made.setAttribute(name, value === true ? '' : printable(String(value)));
  }
  made.append(...shown(children.flat()));
  return made;
}

/** Puts new content in place of the old one; what had the focus has it again, by its id. */
export function show(place: Element, ...content: readonly Child[]): void {
  const focused = document.activeElement?.id;
  place.replaceChildren(...shown(content));
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

function shown(children: readonly Child[]): (Node | string)[] {
  return children
    .filter((child): child is Node | string => child !== undefined && child !== false)
    .map((child) => (typeof child === 'string' ? printable(child) : child));
}
