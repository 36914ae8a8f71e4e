// Package meta is what the channels on Meta's Graph API share: Facebook Page,
// Instagram and WhatsApp. It calls Graph, says what its errors mean to us, keeps to
// its limits, and takes apart what Meta posts: one address of ours gets everything
// of one app, whatever page or account it is of. What is said in private threads is
// understood by meta/messaging.
//
// The app is the operator's (meta_app_id, meta_app_secret). Pages and accounts are
// the tenants', each with a token of its own that its adapter keeps.
//
// What must never break: nothing is understood before its signature over the raw
// bytes was verified; no secret and no token gets into an error or a log; what Meta
// may have taken is ambiguous, never tried again by itself; an account that Meta
// has told to wait is left alone until then.
package meta
