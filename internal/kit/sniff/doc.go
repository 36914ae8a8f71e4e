// Package sniff says what a file is by looking into it. Names and types that
// senders give are not believed.
//
// What must never break: nothing that a browser could run is ever said to be a
// picture or a text.
package sniff
