// Package knowledge keeps what the centre knows, so that everybody says the same.
//
// An article belongs to brands, or to all, and is read by its audience. It has a
// text in each of its languages, and each text has versions: a draft is written,
// submitted for review, and published by somebody who may; the published one
// before it is kept. A text is a list of blocks; a block may read differently in a
// chat, a mail, a social network or a text message, or be left out there. It is
// plain text throughout: HTML is made of it here and nowhere else. A block may show
// a file that is kept here: a picture, a document, a recording, a film. One that
// its author has marked goes along when the article is put into an answer.
//
// It also keeps how often an article was put into an answer, whether that helped,
// and what was looked for in vain.
//
// Facts: article.changed, article.used.
//
// What must never break: a reader sees nothing of a brand that is not theirs and
// nothing that was not published, neither its words nor its files; a published
// version never changes, and its files stay as long as it does; an article has at
// most one published and one open version in a language.
package knowledge
