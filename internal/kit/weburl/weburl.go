// Package weburl reads addresses of the web that others have written.
//
// What must never break: nothing but http and https is taken for one, and no address
// is longer than Max.
package weburl

import (
	"cmp"
	"net/url"
	"strings"
)

// Max bounds an address, in bytes.
const Max = 1900

// Shown returns an address that people, or we, can open; empty: it is none.
func Shown(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || !web(u) || len(s) > Max {
		return ""
	}
	return s
}

// Server returns where a server is that somebody has entered: by its name, or by the address of
// a page of it. What stands behind the name, and who signs in, is left off or refused.
func Server(entered string) (*url.URL, bool) {
	entered = strings.TrimSpace(entered)
	if !strings.Contains(entered, "://") {
		entered = "https://" + entered
	}
	u, err := url.Parse(entered)
	if err != nil || u.Host == "" || u.User != nil || !web(u) {
		return nil, false
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, true
}

// FileName returns the last part of an address, or what stands in for it.
func FileName(address, otherwise string) string {
	u, err := url.Parse(address)
	if err != nil {
		return otherwise
	}
	return cmp.Or(u.Path[strings.LastIndexByte(u.Path, '/')+1:], otherwise)
}

func web(u *url.URL) bool { return u.Scheme == "https" || u.Scheme == "http" }
