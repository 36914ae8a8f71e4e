package meta

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// Reachable reports whether Meta can call an address: it calls only https addresses of the world.
func Reachable(base string) bool {
	at, err := url.Parse(base)
	return err == nil && at.Scheme == "https" && at.Host != ""
}

// Unavailable says that Meta could not be asked.
func Unavailable(op string, err error) error {
	return &errs.Error{Kind: errs.Unavailable, Op: op, Code: Failure(err).Code, Err: err}
}

// TryAddress is the step of a test that says whether Meta can reach us. It says nothing of the account.
func TryAddress(step string, reached bool) channel.Trial {
	if !reached {
		return channel.Trial{Step: step, Code: "meta.no_address", Aside: true}
	}
	return channel.Trial{Step: step, OK: true}
}

// Lacking is a step of a test of something that must be whole.
func Lacking(step, code string, missing []string) channel.Trial {
	if len(missing) == 0 {
		return channel.Trial{Step: step, OK: true}
	}
	return channel.Trial{Step: step, Code: code, Values: missing}
}

// Tried is a step of a test in which a call has failed.
func Tried(step string, err error) channel.Trial {
	f := Failure(err)
	t := channel.Trial{Step: step, Code: f.Code, Words: f.Words, Passing: f.Verdict == channel.Retry || f.Verdict == channel.Ambiguous}
	if said, ok := errors.AsType[*Fault](err); ok && t.Words == "" {
		t.Words = said.Message
	}
	return t
}

// Person is somebody whom a page or account knows by an id.
type Person struct {
	Account string
	Token   string
	ID      string
	Fields  string // what is asked for
}

// Profile asks Meta who somebody is. Its errors are Failures.
func Profile(ctx context.Context, c *Client, p Person, into any) error {
	if strings.ContainsAny(p.ID, "/?#%\\ ") || p.ID == "" || p.ID == "me" {
		return channel.Fail(channel.Permanent, "meta.refused", errors.New("not an id of a person"))
	}
	err := c.Do(ctx, Call{Account: p.Account, Token: p.Token, Path: url.PathEscape(p.ID), Query: url.Values{"fields": {p.Fields}}}, into)
	if err != nil {
		return Failure(err)
	}
	return nil
}
