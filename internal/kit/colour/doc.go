// Package colour moves a brand's colours just as far as reading needs.
//
// What must never break: white text on what Readable returns has the contrast
// that WCAG 2.2 asks for (1.4.3), whatever was given.
package colour
