// Package social proves channels against other people's servers and clients, started on
// ports and in folders of their own: node-smpp as a message centre, Kannel as somebody
// who sends through ours (package smpptest), telegram-test-api as Telegram; beside the
// channels themselves masto.js, which speaks to our Mastodon (package mastodontest), and in
// the folder network the servers of the AT Protocol (package bluesky).
//
// What must never break: nothing here writes to anybody; what cannot be started is named,
// and the test is skipped unless it was asked for.
package social
