package demo

import (
	"bytes"
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// inline is what a strict content policy refuses, and what comes from elsewhere.
var inline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|(src|href)="(https?:)?//|<script[^>]*>[^<]`)

func TestPagesAreStrict(t *testing.T) {
	t.Parallel()
	for _, brand := range Brands() {
		var page bytes.Buffer
		if err := Page(&page, brand, `KEY"><script>`); err != nil {
			t.Fatal(err)
		}
		text := page.String()
		if found := inline.FindString(text); found != "" {
			t.Errorf("%s: %q is refused by its policy", brand, found)
		}
		for _, part := range []string{`src="/widget.js"`, `data-key="KEY&#34;&gt;&lt;script&gt;"`, `<html lang=`, `name="viewport"`, `<main`, `<h1`} {
			if !strings.Contains(text, part) {
				t.Errorf("%s has no %s", brand, part)
			}
		}
		for _, other := range Brands() {
			if other != brand && !strings.Contains(text, `href="/demo/`+other+`"`) {
				t.Errorf("%s does not lead to %s", brand, other)
			}
		}
		if _, err := fs.Stat(Files(), brand+".css"); err != nil {
			t.Error(err)
		}
	}
}

func TestThePostIsStrict(t *testing.T) {
	t.Parallel()
	for _, brand := range Brands() {
		var page bytes.Buffer
		m := Mail{Brand: brand, Address: "a@b.example", From: `"><script>`, Mails: []Got{{"<id>", "x@y.example", "<b>", "<script>alert(1)</script>", "now"}}}
		if err := MailPage(&page, m); err != nil {
			t.Fatal(err)
		}
		text := page.String()
		if found := inline.FindString(text); found != "" || strings.Contains(text, "<script") {
			t.Errorf("%s: %q is refused by its policy: %s", brand, found, text)
		}
	}
	if err := MailPage(&bytes.Buffer{}, Mail{Brand: "../demo"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a page that is none: %v", err)
	}
}

func TestAddressesInThePostAreLinks(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	m := Mail{Brand: "fala-net", Mails: []Got{{Text: "Here: https://chat.example/c/KEY?lang=pl#i1.secret (7 days)\nBye"}}}
	if err := MailPage(&page, m); err != nil {
		t.Fatal(err)
	}
	want := `Here: <a href="https://chat.example/c/KEY?lang=pl#i1.secret" rel="noreferrer">https://chat.example/c/KEY?lang=pl#i1.secret</a> (7 days)` + "\nBye"
	if !strings.Contains(page.String(), want) {
		t.Error(page.String())
	}
}

func TestNothingElseIsServed(t *testing.T) {
	t.Parallel()
	if err := Page(&bytes.Buffer{}, "../demo", "k"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a page that is none: %v", err)
	}
	for _, name := range []string{"fala-net.html", ".", "demo.go", "none.css"} {
		if _, err := Files().Open(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
