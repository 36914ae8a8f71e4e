package xtest

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
)

// scopes are what an account grants.
const scopes = "tweet.read tweet.write tweet.moderate.write users.read dm.read dm.write media.write offline.access"

// Account makes an account, or returns the one there is.
func (s *Server) Account(id, username, name string) Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, known := s.people[id]
	if !known {
		p = Account{id, username, name}
		s.people[id] = p
	}
	return p
}

// SignIn has somebody let the app speak for an account, and returns the address to which they are led back.
func (s *Server) SignIn(account, signIn string) string {
	at, err := url.Parse(signIn)
	if err != nil {
		return ""
	}
	q := at.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	code := "code-" + s.id()
	s.codes[code] = account + " " + q.Get("code_challenge") + " " + q.Get("redirect_uri")
	return q.Get("redirect_uri") + "?state=" + url.QueryEscape(q.Get("state")) + "&code=" + code
}

// Grant gives a token by which access to an account is renewed.
func (s *Server) Grant(account string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grant(account)
}

func (s *Server) grant(account string) string {
	token := "refresh-" + s.id()
	s.renewals[token] = account
	return token
}

// Renewal returns the token that is good for an account now.
func (s *Server) Renewal(account string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, of := range s.renewals {
		if of == account {
			return token
		}
	}
	return ""
}

// LoseRenewal has the answer to the next renewal get lost.
func (s *Server) LoseRenewal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lose = true
}

// Spent returns how many tokens were brought once more that had been used.
func (s *Server) Spent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, how := range s.spent {
		if strings.HasPrefix(how, "again ") {
			n++
		}
	}
	return n
}

// oauth gives tokens, and takes them back.
func (s *Server) oauth(r *http.Request, body []byte) answer {
	refused := func(kind, words string) answer {
		return said(http.StatusBadRequest, map[string]any{"error": kind, "error_description": words})
	}
	form, err := url.ParseQuery(string(body))
	id, secret, basic := r.BasicAuth()
	if err != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || !basic || id != s.App.ClientID || secret != s.App.ClientSecret {
		return said(http.StatusUnauthorized, map[string]any{"error": "unauthorized_client", "error_description": "Missing valid authorization header"})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/revoke") {
		delete(s.renewals, form.Get("token"))
		return said(http.StatusOK, map[string]any{"revoked": true})
	}
	var account string
	switch form.Get("grant_type") {
	case "refresh_token":
		token := form.Get("refresh_token")
		if account = s.renewals[token]; account == "" {
			if how, used := s.spent[token]; used {
				s.spent[token] = "again " + how
			}
			return refused("invalid_request", "Value passed for the token was invalid.")
		}
		delete(s.renewals, token)
		s.spent[token] = account
	case "authorization_code":
		of, challenge, back := "", "", ""
		if parts := strings.Split(s.codes[form.Get("code")], " "); len(parts) == 3 {
			of, challenge, back = parts[0], parts[1], parts[2]
		}
		delete(s.codes, form.Get("code")) // it is good once
		sum := sha256.Sum256([]byte(form.Get("code_verifier")))
		if of == "" || back != form.Get("redirect_uri") || challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
			return refused("invalid_request", "Value passed for the authorization code was invalid.")
		}
		account = of
	default:
		return refused("unsupported_grant_type", "It is not one that there is.")
	}
	access := "access-" + s.id()
	s.tokens[account] = access
	done := said(http.StatusOK, map[string]any{"token_type": "bearer", "expires_in": 7200, "access_token": access, "scope": scopes, "refresh_token": s.grant(account)})
	done.silent, s.lose = s.lose, false
	return done
}
