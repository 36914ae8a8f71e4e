// Package feed is the channel of news feeds: what blogs, forums and newspapers publish
// (RSS, Atom, JSON Feed), as far as it contains one of the words that somebody waits for.
//
// A feed is an account without secrets: it is proven by being read, and is fetched with
// the looks after accounts, asked only for what has changed, seldom where nothing does.
// What is published there is a public thread that nobody can answer here: it is read,
// shared, made a case of, and resolved. What was there before the feed was connected is
// not told; an item that is changed is the same item. Where programs that many sites run say
// so, by their addresses and names of items, it is known what stands above (place): posts of
// one topic are one conversation, comments stand beside each other under what they are about.
//
// What must never break: no address inside our own network is read; a feed is bounded,
// and harmless whatever is in it; an item is told once, however often it stands there.
package feed
