package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/platform/outhttp"
)

// session is a time for which a password need not be sent.
type session struct {
	DID      string          `json:"did"`
	Handle   string          `json:"handle"`
	Access   string          `json:"accessJwt"`
	Refresh  string          `json:"refreshJwt"`
	Document json.RawMessage `json:"didDoc"`
}

// document is what an account says of itself.
type document struct {
	ID      string `json:"id"`
	Service []struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Endpoint string `json:"serviceEndpoint"`
	} `json:"service"`
}

// begin signs in.
func (s *Service) begin(ctx context.Context, server, name, password string) (session, error) {
	var one session
	err := s.Client.do(ctx, call{
		server: server, method: "com.atproto.server.createSession", body: map[string]string{"identifier": name, "password": password},
	}, &one)
	if err == nil && (!isDID(one.DID) || one.Access == "") {
		err = &outhttp.Lost{Began: true, Err: errors.New("an answer that is not of the AT Protocol")}
	}
	return one, err
}

// home returns the server that an account's document names.
func (s *Service) home(ctx context.Context, one session) (string, error) {
	var d document
	if json.Unmarshal(one.Document, &d) != nil || d.ID != one.DID {
		if err := s.look(ctx, one.DID, &d); err != nil {
			return "", err
		}
	}
	for _, at := range d.Service {
		if !strings.HasSuffix(at.ID, "#atproto_pds") || at.Type != "AtprotoPersonalDataServer" {
			continue
		}
		if u, ok := serverOf(at.Endpoint); ok && at.Endpoint != "" && (u.Scheme == "https" || s.Plain(u.Hostname())) {
			return u.String(), nil
		}
	}
	return "", &outhttp.Lost{Began: true, Err: errors.New("a document that names no server")}
}

// look reads the document of an account, at the directory or where its name says.
func (s *Service) look(ctx context.Context, did string, into *document) error {
	at := s.Directory
	if at == "" {
		at = DefaultDirectory
	}
	at += "/" + url.PathEscape(did)
	if host, is := strings.CutPrefix(did, "did:web:"); is {
		u, ok := serverOf(strings.ReplaceAll(host, "%3A", ":"))
		if !ok {
			return outhttp.NoAddress()
		}
		at = u.String() + "/.well-known/did.json"
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return &outhttp.Lost{Err: err}
	}
	r.Header.Set("User-Agent", agent)
	res, err := outhttp.Exchange(s.Client.HTTP, r, maxAnswer)
	if err != nil {
		return err
	}
	if res.Status != http.StatusOK {
		return &Fault{Status: res.Status, Name: "NotFound"}
	}
	if err := json.Unmarshal(res.Body, into); err != nil || into.ID != did {
		return &outhttp.Lost{Began: true, Err: errors.New("not a document of an account")}
	}
	return nil
}

// key names the session of a line: who has another password has another one.
func (l line) key() string { return l.DID + " " + l.password }

// get calls a method for an account: with the session that there is, a prolonged one, or a new one.
func (s *Service) get(ctx context.Context, l line, a call, into any) error {
	s.mu.Lock()
	one, there := s.sessions[l.key()]
	s.mu.Unlock()
	if !there {
		var err error
		if one, err = s.renew(ctx, l, session{}); err != nil {
			return err
		}
	}
	a.server, a.token = l.Home, one.Access
	err := s.Client.do(ctx, a, into)
	if !there || !expired(err) || a.file != nil { // a file that was read cannot be read again: the next try does it
		if expired(err) {
			s.forget(l, one)
		}
		return err
	}
	if one, err = s.renew(ctx, l, one); err != nil {
		return err
	}
	a.token = one.Access
	return s.Client.do(ctx, a, into)
}

// forget ends a session that is not taken any more.
func (s *Service) forget(l line, one session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[l.key()].Access == one.Access {
		delete(s.sessions, l.key())
	}
}

// renew prolongs a session, or begins a new one. Of several who ask at once each gets one that is good.
func (s *Service) renew(ctx context.Context, l line, old session) (session, error) {
	s.mu.Lock()
	now, there := s.sessions[l.key()]
	s.mu.Unlock()
	if there && now.Access != old.Access {
		return now, nil // somebody else was quicker
	}
	var one session
	err := errors.New("nothing to prolong")
	if old.Refresh != "" {
		err = s.Client.do(ctx, call{server: l.Home, token: old.Refresh, method: "com.atproto.server.refreshSession", post: true}, &one)
	}
	if err != nil || one.Access == "" {
		if one, err = s.begin(ctx, l.Home, l.DID, l.password); err != nil {
			s.forget(l, old)
			return session{}, err
		}
	}
	one.Document = nil
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[l.key()] = one
	return one, nil
}
