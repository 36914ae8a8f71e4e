package public

import (
	"net/http"
	"strings"
)

// Reading lets pages read what is said to their widgets before a request reaches
// this package: that they ask too much, and how long to wait.
func Reading(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/w/") && w.Header().Get("Access-Control-Allow-Origin") == "" {
			allowReading(w.Header(), r)
		}
		next.ServeHTTP(w, r)
	})
}
