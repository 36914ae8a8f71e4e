// Package web holds what browsers get: the desk (staff application), the chat
// widget and the text catalogues that Go code shares with them. The sources
// under src and widget are built by npm into dist, which is embedded here.
//
// The package must compile and its tests must pass whether or not the web
// sources have been built: without a build the handlers answer 503 with one
// sentence. A missing asset is 404 and never the application's page, because a
// browser that asked for a script must not be handed HTML. Every page carries
// its own nonce, so no answer with a nonce may be cached.
package web
