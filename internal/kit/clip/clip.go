// Package clip cuts texts from outside to a length. It never breaks a character, and never leaves what a database cannot keep.
package clip

import "strings"

// Bytes returns at most n bytes of s as both databases can keep them.
func Bytes(s string, n int) string {
	s = strings.ReplaceAll(s, "\x00", "")
	return strings.ToValidUTF8(s[:min(len(s), n)], "")
}

// Characters returns the first n characters of s.
func Characters(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
