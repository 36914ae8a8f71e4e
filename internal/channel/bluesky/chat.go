package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/channel"
)

const (
	maxLogPages = 20
	maxConvos   = 10_000 // remembered; then all are forgotten, and asked for again
	created     = "chat.bsky.convo.defs#logCreateMessage"
)

// chatLog is what happened in all threads since a mark.
type chatLog struct {
	Cursor string `json:"cursor"`
	Logs   []struct {
		Type    string          `json:"$type"`
		Convo   string          `json:"convoId"`
		Message json.RawMessage `json:"message"`
	} `json:"logs"`
}

// chatLog reads what happened since a mark; without one, how far everything is.
func (s *Service) chatLog(ctx context.Context, l line, cursor string) (log chatLog, err error) {
	q := url.Values{}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	err = s.get(ctx, l, call{method: "chat.bsky.convo.getLog", query: q, chat: true}, &log)
	return log, err
}

// fetchMessages takes what was written to us alone, and by us elsewhere, since everything was
// here last. How far it came is good even where it could not go on.
func (s *Service) fetchMessages(ctx context.Context, a channel.Account, take channel.Take) (string, error) {
	l, err := lineOf(a)
	if err != nil {
		return "", err
	}
	if !l.Chat {
		return a.Cursor, nil
	}
	cursor := a.Cursor
	for range maxLogPages {
		log, err := s.chatLog(ctx, l, cursor)
		if unwanted(err) {
			s.Accounts.Learn(ctx, l.point, "bluesky.no_chat")
			return cursor, nil // posts go on
		}
		if err == nil && cursor != "" { // what was before the account was connected is not ours
			err = s.takeLog(ctx, l, log, take)
		}
		switch {
		case err != nil && cursor != a.Cursor:
			return cursor, nil // the next fetch meets it again
		case isCall(err) && failureOf(err, true).Verdict == channel.Retry: // who keeps messages is away: posts go on
			s.Log.WarnContext(ctx, "bluesky: messages cannot be read", "entry_point", l.point.ID, "err", err)
			return cursor, nil
		case isCall(err):
			return "", s.heard(ctx, l, err, true)
		case err != nil:
			return "", err
		case !isName(log.Cursor) || log.Cursor == cursor:
			return cursor, nil
		}
		first := cursor == ""
		if cursor = log.Cursor; first || len(log.Logs) == 0 {
			return cursor, nil
		}
	}
	return cursor, nil
}

// takeLog takes the messages of a log.
func (s *Service) takeLog(ctx context.Context, l line, log chatLog, take channel.Take) error {
	var arrived []channel.Arrival
	for _, one := range log.Logs {
		if one.Type != created {
			continue
		}
		with, err := s.with(ctx, l, one.Convo)
		if err != nil {
			return err
		}
		arrived = append(arrived, l.arrival(event{Event: evMessage, Convo: one.Convo, With: with, Said: one.Message}))
	}
	if len(arrived) == 0 {
		return nil
	}
	return take(ctx, arrived)
}

// convo is a thread of two.
type convo struct {
	ID      string   `json:"id"`
	Members []person `json:"members"`
}

// other returns who is in a thread beside us.
func (c convo) other(us string) person {
	for _, p := range c.Members {
		if p.DID != us && isDID(p.DID) {
			return p
		}
	}
	return person{}
}

// with returns with whom a thread is; nobody where that is not shown.
func (s *Service) with(ctx context.Context, l line, id string) (person, error) {
	key := l.DID + " " + id
	s.mu.Lock()
	who, known := s.convos[key]
	s.mu.Unlock()
	if known {
		return who, nil
	}
	var said struct {
		Convo convo `json:"convo"`
	}
	err := s.get(ctx, l, call{method: "chat.bsky.convo.getConvo", query: url.Values{"convoId": {id}}, chat: true}, &said)
	if f, is := errors.AsType[*Fault](err); is && f.Status/100 == 4 && !expired(err) && f.After == 0 {
		return person{}, nil // its event says that it cannot be understood
	}
	if err != nil {
		return person{}, err
	}
	who = said.Convo.other(l.DID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.convos) >= maxConvos {
		clear(s.convos)
	}
	s.convos[key] = who
	return who, nil
}

// write writes to somebody alone, in a thread that there is. There is no key by which a message
// that is sent twice would be one.
func (s *Service) write(ctx context.Context, l line, id, text string) (channel.Sent, error) {
	spans := s.facets(ctx, l, text)
	body := map[string]any{"convoId": id, "message": map[string]any{"text": text, "facets": spans}}
	if len(spans) == 0 {
		body["message"] = map[string]any{"text": text}
	}
	var made message
	err := s.get(ctx, l, call{method: "chat.bsky.convo.sendMessage", body: body, chat: true}, &made)
	if f, is := errors.AsType[*Fault](err); is && strings.Contains(strings.ToLower(f.Words), "recipient") {
		refused := channel.Fail(channel.Permanent, "bluesky.person", f)
		refused.Words = f.Words
		return channel.Sent{}, refused
	}
	if err = s.heard(ctx, l, err, false); err != nil {
		return channel.Sent{}, err
	}
	return channel.Sent{ExternalID: clip(made.ID, channel.MaxExternalID), At: made.Sent}, nil
}

// reply writes to somebody alone who wrote a post.
func (s *Service) reply(ctx context.Context, out channel.Outgoing, uri string) (channel.Sent, error) {
	l, err := s.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	a, is := parseAddress(uri)
	if !is || !isDID(a.repo) {
		return channel.Sent{}, channel.Fail(channel.Permanent, "bluesky.gone", nil)
	}
	var said struct {
		Convo convo `json:"convo"`
	}
	err = s.get(ctx, l, call{method: "chat.bsky.convo.getConvoForMembers", query: url.Values{"members": {a.repo}}, chat: true}, &said)
	f, refused := errors.AsType[*Fault](err)
	switch {
	case unwanted(err):
		return channel.Sent{}, channel.Fail(channel.Permanent, "bluesky.no_chat", err)
	case refused && f.Status == 400 && !expired(err): // who takes messages from nobody, or not from us
		no := channel.Fail(channel.Permanent, "bluesky.person", err)
		no.Words = f.Words
		return channel.Sent{}, no
	case err != nil:
		return channel.Sent{}, s.heard(ctx, l, err, true)
	}
	sent, err := s.write(ctx, l, said.Convo.ID, out.Text)
	if err != nil {
		return sent, err
	}
	// It has gone out: where the entry point is not found, the thread begins as it comes back.
	if at, err := s.Points.ByAddress(ctx, channel.BlueskyPrivate, out.EntryPoint.Address); err == nil && at.Tenant == out.EntryPoint.Tenant && isName(said.Convo.ID) {
		if to := partyOf(said.Convo.other(l.DID)); to.ExternalID != "" {
			sent.Private = channel.Private{Point: at, Thread: said.Convo.ID, To: to}
		}
	}
	return sent, nil
}
