// Package metatest is a Graph API that runs in the test, as strict as Meta's where
// its documents say so: a call needs a token that lives and the proof of the app's
// secret; a page speaks only to people it knows, within 24 hours of their last word,
// or within seven days as a person where the app has leave; a comment is answered in
// private once; a message quotes what was said in its own thread; several calls go in one
// request, at most fifty; limits are told in headers and with the codes of each kind. What
// happens is posted as Meta posts it: everything of an app to one address, signed over
// bytes in which every letter outside ASCII and every slash is escaped, in batches.
//
// Numbers at WhatsApp are spoken for by the token in a header; a message after the window is
// taken first and told to have failed later; templates get exactly their values; files lie at
// addresses that end; an id where a number belongs is taken, and goes to nobody.
//
// It has the fault menu of a provider that is not well (Fault), and it keeps
// conversations, so that what was not posted can be fetched.
//
// What must never break: what Meta refuses is refused here, with Meta's codes.
package metatest
