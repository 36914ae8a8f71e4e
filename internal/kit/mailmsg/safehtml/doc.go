// Package safehtml cleans the HTML of mails for a screen.
//
// What must never break: what Clean returns runs no script, sends no form, and
// loads nothing from elsewhere unless a rewriter was given for it; it opens and
// closes only its own elements; cleaning it again with the same options changes
// nothing.
//
// Marks in the result, for the screen:
//
//	data-cid="…"         on img: the inline image it names; src only if Options.CID knew one
//	data-remote-src="…"  on img: an image from elsewhere; src only if Options.Remote gave one
//	data-host="…"        on a: the host that the link leads to
//	data-fold="quote"    on any element: quoted text, to be folded (see package quote)
//	data-fold="signature"
package safehtml
