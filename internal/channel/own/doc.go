// Package own is the channel that a tenant's own system speaks: whatever Zongler
// has no adapter for is connected through it by a few lines of the tenant's.
//
// Their system posts events to /hooks/own/<address>: what customers wrote, changed,
// took back, how far our answers came. We post commands to its callback: send this,
// change that. Both directions are signed by Standard Webhooks over the raw bytes,
// each with a key of its own. What a channel can carry is said by who makes it;
// docs/guides/own-channel.md is written for its developer.
//
// A channel is private, or it is a public place (Can.Public): then its events are posts, comments and reviews in place
// of messages, and an answer in private goes on in the private channel that its settings name.
//
// A system that cannot be called fetches its commands instead: they lie in own_command until it names them as done.
//
// It owns own_channel and own_command.
//
// What must never break: nothing is understood before its signature was verified;
// Split and Read are pure and survive any bytes; a command whose outcome is not
// known is not given again by itself unless their system has promised to know it
// by its name; no key is shown twice, logged or kept readable; what is said on a private channel is never taken for
// public, nor an answer in private carried to a channel of another brand.
package own
