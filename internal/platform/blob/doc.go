// Package blob keeps files: attachments, recordings, exports. They lie in a
// folder, or in an S3-compatible store when one is named.
//
// What must never break: a blob is there whole or not at all, also after a loss
// of power once Put has returned; a key never leads out of the store; both
// stores pass the same tests.
package blob
