import type { Chart } from './chart.ts';
import type { Html } from './html.ts';
import type { Picture } from './picture.ts';
import type { Table } from './table.ts';

/** What came of some work, for people: written once for each kind of work, shown as text, Markdown or a page. */
export interface ReportDocument {
  /** What it is a report of, in a few words. */
  kicker: string;
  /** What was found, in one sentence: what a reader takes away who reads nothing else. */
  headline: string;
  /** What else is to be said at once, a paragraph each. */
  lead: readonly string[];
  /** What the data must not be taken for, if there is something. */
  notice?: string;
  sections: readonly Section[];
  /** The command that gives the same again. */
  command: string;
  /** What it was found on and with. */
  facts: readonly Fact[];
  /** Of handful, which made it. */
  version: string;
}

/** A part of a report under its heading; false parts are left out. */
export interface Section {
  title: string;
  content: readonly (Block | false | undefined)[];
  /** Whether a terminal, which has little room, leaves it out. */
  isDetail?: boolean;
}

/** A part of a section; a plain text is a paragraph. */
export type Block = string | Notes | Table | Chart | Gallery | Figure | Fold;

/** What a reader must know to read a table, a paragraph each. */
interface Notes {
  kind: 'notes';
  notes: readonly string[];
}

/** Pictures under their titles, which only pages show. */
export interface Gallery {
  kind: 'gallery';
  entries: readonly GalleryEntry[];
}

export interface GalleryEntry {
  title: string;
  rows: readonly GalleryRow[];
}

/** Pictures side by side, with what is to be said of them; rows without pictures are named. */
export interface GalleryRow {
  caption?: string;
  items: readonly NamedPicture[];
}

/** A picture under its name. */
export interface NamedPicture {
  name: string;
  picture?: Picture;
}

/** What only a page can show: made when the page is made. */
interface Figure {
  kind: 'figure';
  html: () => Html;
}

/** What a page shows on demand. */
export interface Fold {
  kind: 'fold';
  title: string;
  isOpen?: boolean;
  content: readonly Block[];
}

/** A fact under its name. */
export type Fact = readonly [name: string, value: string];
