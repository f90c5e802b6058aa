// @wit search:index/api
//
// The inverted index: for each word, in which texts it stands and how often.
// Ranking is BM25 (Robertson and Zaragoza, "The Probabilistic Relevance
// Framework: BM25 and Beyond", 2009) with the usual k1 = 1.2 and b = 0.75.
import { paths, read } from "search:corpus/api";
import { tokenize } from "search:tokenizer/api";

const K1: f64 = 1.2;
const B: f64 = 0.75;

/** What the index holds. */
export class Stats {
  constructor(
    public documents: u32,
    /** Different words. */
    public words: u32,
    /** Pairs of a word and a text. */
    public postings: u32,
    /** UTF-16 units of text read. */
    public units: u64,
  ) {}
}

/** A text that matches, best first; `start` is where the first word of the query stands in it. */
export class Hit {
  constructor(
    public path: string,
    public score: f64,
    public start: u32,
  ) {}
}

class Posting {
  constructor(
    public document: i32,
    public count: i32,
    public start: u32,
  ) {}
}

const documents: string[] = [];
const lengths: i32[] = [];
const postings = new Map<string, Posting[]>();
let totalLength: u64 = 0;
let postingCount: u32 = 0;
let units: u64 = 0;

/** Reads and indexes every text, once; later calls return the same figures. */
export function build(): Stats {
  if (documents.length == 0) {
    const all = paths();
    for (let i = 0; i < all.length; i++) add(all[i]);
  }
  return new Stats(documents.length, postings.size, postingCount, units);
}

/** Number of texts in the index. */
export function size(): u32 {
  return documents.length;
}

/** The `limit` best texts for the words of `query`; equal scores in the order of their paths. */
export function search(query: string, limit: u32): Hit[] {
  build();
  const scores = new Map<i32, Hit>();
  const tokens = tokenize(query);
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens[i].word;
    if (postings.has(word)) score(postings.get(word), scores);
  }
  const hits = scores.values();
  hits.sort((a, b) => {
    if (a.score != b.score) return a.score > b.score ? -1 : 1;
    return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
  });
  return hits.slice(0, limit);
}

function add(path: string): void {
  const text = read(path);
  const tokens = tokenize(text);
  const document = documents.length;
  documents.push(path);
  lengths.push(tokens.length);
  totalLength += tokens.length;
  units += text.length;
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens[i].word;
    if (!postings.has(word)) postings.set(word, []);
    const list = postings.get(word);
    const last = list.length - 1;
    if (last >= 0 && list[last].document == document) list[last].count++;
    else {
      list.push(new Posting(document, 1, tokens[i].start));
      postingCount++;
    }
  }
}

function score(list: Posting[], scores: Map<i32, Hit>): void {
  const n = <f64>list.length;
  const idf = Math.log(1 + (<f64>documents.length - n + 0.5) / (n + 0.5));
  const average = <f64>totalLength / <f64>documents.length;
  for (let i = 0; i < list.length; i++) {
    const posting = list[i];
    const count = <f64>posting.count;
    const length = <f64>lengths[posting.document];
    const gain = (idf * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / average));
    if (scores.has(posting.document)) scores.get(posting.document).score += gain;
    else scores.set(posting.document, new Hit(documents[posting.document], gain, posting.start));
  }
}
