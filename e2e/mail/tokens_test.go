package mail

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
)

// tokenServer gives out access tokens and says which are good, as a provider does.
// Each renewal replaces the refresh token.
type tokenServer struct {
	port int
	url  string

	mu      sync.Mutex
	good    string // the access token that is good
	refresh string // the refresh token that is good
	asked   int
}

func newTokenServer(tb testing.TB) *tokenServer {
	tb.Helper()
	s := &tokenServer{refresh: "refresh-0"}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("GET /introspect", s.introspect)
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	must(tb, err)
	addr, err := net.ResolveTCPAddr("tcp", at.Host)
	must(tb, err)
	s.port, s.url = addr.Port, server.URL
	return s
}

func (s *tokenServer) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.FormValue("refresh_token") != s.refresh || r.FormValue("client_secret") != "klient" {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"error":"invalid_grant","error_description":"the refresh token is not good"}`)
		return
	}
	s.asked++
	s.good, s.refresh = fmt.Sprint("access-", s.asked), fmt.Sprint("refresh-", s.asked)
	_, _ = fmt.Fprintf(w, `{"access_token":%q,"refresh_token":%q,"expires_in":3600,"token_type":"Bearer"}`, s.good, s.refresh)
}

func (s *tokenServer) introspect(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"active":%v,"email":"pomoc@fala.example"}`, s.good != "" && r.FormValue("token") == s.good)
}

// revoke ends the access token that is out.
func (s *tokenServer) revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.good = ""
}

func (s *tokenServer) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}
