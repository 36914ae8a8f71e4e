package httpx

import (
	"net/http"
	"strings"

	"github.com/zongler/zongler/internal/errs"
)

// apiPolicy is the content policy of answers that are not pages.
const apiPolicy = "default-src 'none'; frame-ancestors 'none'"

// hsts tells browsers that came over TLS to keep coming so, for a year.
const hsts = "max-age=31536000"

// SecurityHeaders sets the headers that every answer has. A page replaces the
// content policy by its own with Policy.Set.
func SecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), payment=(), usb=()")
		h.Set("Content-Security-Policy", apiPolicy)
		if IsTLS(r) {
			h.Set("Strict-Transport-Security", hsts)
		}
		next.ServeHTTP(w, r)
	})
}

// Policy is the content security policy of a page. Nothing inline is allowed.
type Policy struct {
	Frames  []string // origins that may show the page in a frame; empty: nobody
	Connect []string // further origins that the page may call
	Images  []string // further origins of images
}

// Set puts the policy on an answer.
func (p Policy) Set(h http.Header) { h.Set("Content-Security-Policy", p.String()) }

// String returns the policy as browsers read it.
func (p Policy) String() string {
	self := []string{"'self'"}
	frames := p.Frames
	if len(frames) == 0 {
		frames = []string{"'none'"}
	}
	parts := []struct {
		name    string
		sources []string
	}{
		{"default-src", []string{"'none'"}},
		{"script-src", self},
		{"style-src", self},
		{"img-src", append([]string{"'self'", "data:", "blob:"}, p.Images...)},
		{"media-src", []string{"'self'", "blob:"}},
		{"font-src", self},
		{"connect-src", append([]string{"'self'"}, p.Connect...)},
		{"manifest-src", self},
		{"worker-src", self},
		{"form-action", self},
		{"base-uri", []string{"'none'"}},
		{"frame-ancestors", frames},
	}
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(part.name + " " + strings.Join(part.sources, " "))
	}
	return b.String()
}

// CrossOrigin refuses state-changing requests that a browser sends from another
// site with our cookies. Patterns in open are meant for other sites (the widget's
// calls) and must not trust cookies. A request with an Authorization header
// passes: no foreign page can add one without our consent.
func (p *Problems) CrossOrigin(open ...string) Middleware {
	guard := http.NewCrossOriginProtection()
	for _, pattern := range open {
		guard.AddInsecureBypassPattern(pattern)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				if err := guard.Check(r); err != nil {
					refused := errs.New(errs.Forbidden, "httpx.CrossOrigin", codeCrossSite)
					refused.Err = err
					p.Write(w, r, refused)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}
