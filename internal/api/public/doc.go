// Package public is what visitors of brands' pages reach without a sign-in: the
// chat widget's requests under /w/, its websocket, the page of ours to which agents'
// invitations to a chat lead (/c/), and in a demo the pages of the fictional brands.
//
// It speaks HTTP and nothing else: the use-cases are those of channel/webchat,
// docs/widget-protocol.md describes each request.
//
// What must never break: no cookie is read, set or trusted here, so that being
// readable from foreign sites gives nothing away; every body, header and wait has
// a bound; a file is only handed out under an address that we have signed.
package public
