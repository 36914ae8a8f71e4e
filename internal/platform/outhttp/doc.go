// Package outhttp calls addresses that others have given us: webhooks,
// providers, feeds, link previews. Exchange makes a call whose caller has to know, where no answer
// comes, whether the other side may have heard it.
//
// Such an address must not lead into our own network. The check is made on the
// address that is dialled, after names are resolved, so neither a name that
// points inward nor one that changes between two look-ups gets through, and
// every redirect is checked again. What the operator allows by name or network
// is exempt.
//
// What must never break: only http and https; no proxy from the environment;
// every call has a time limit, every answer a size, redirects a number.
package outhttp
