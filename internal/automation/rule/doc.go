// Package rule is the language of rules: when something happens, or some time
// after it; if conditions hold; do commands. It is pure: a program is checked,
// asked whether it fires and what its commands would do, by values that the
// caller has read. Macros are lists of the same commands.
//
// What must never break: a program that Check lets through never panics and
// reads back from JSON as the same program; its depth and size are bounded, so
// are the time and room that asking it takes; each fault is told by the field
// where it is and what may stand there.
package rule
