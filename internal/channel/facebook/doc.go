// Package facebook is the channel of a Facebook Page: what people write to it in
// Messenger, and our answers.
//
// Meta posts the events of all pages of the operator's app to one address
// (meta.HookPath); package meta verifies and takes them apart, meta/messaging says
// what each means. People are known by ids that a page gives them (PSID): the scope
// of a party is its page, so that one person at two brands is two. A thread is a
// person. Answers go through the Graph API with the token of the page, the secret of
// its account (channel.Accounts).
//
// Meta has no name for a request of ours by which it would know it again. Each
// message therefore carries our name of it as metadata, which Meta sends back with
// the echo: an answer whose outcome was lost is found by that, and never sent twice.
//
// What is public on a page (posts, comments, mentions, reviews) comes in the same bodies
// and is a channel of its own, Public, with an entry point beside that of the messages:
// it has its own queue and figures, and speaks with the token of the page. A comment
// that is answered in private goes on as a thread of the messages. What was edited or removed
// while Meta could not reach us is asked for, within bounds.
//
// What must never break: Read is pure and survives any bytes; a page is connected
// only by who holds a token of it; no token is shown, logged or kept readable.
package facebook
