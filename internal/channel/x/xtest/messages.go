package xtest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Message is a direct message.
type Message struct {
	ID, From, To, Text string
	File               string // the rest of its address
	At                 time.Time
}

// Write keeps a message, and returns it with its id.
func (s *Server) Write(m Message) Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keeps(m)
}

func (s *Server) keeps(m Message) Message {
	for _, known := range s.messages {
		if known.ID == m.ID {
			return *known
		}
	}
	if m.ID == "" {
		m.ID = s.id()
	}
	if m.At.IsZero() {
		m.At = time.Now()
	}
	s.messages = append(s.messages, &m)
	return m
}

// Thread names the messages between two.
func Thread(a, b string) string {
	if len(a) > len(b) || len(a) == len(b) && a > b {
		a, b = b, a
	}
	return a + "-" + b
}

// sends writes a message of an account.
func (s *Server) sends(account, to string, in map[string]any) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.people[to]; !known {
		return problem(http.StatusForbidden, "about:blank", "You do not have permission to DM one or more participants.")
	}
	text, _ := in["text"].(string)
	attached, _ := in["attachments"].([]any)
	var ids []any
	for _, a := range attached {
		if one, is := a.(map[string]any); is {
			ids = append(ids, one["media_id"])
		}
	}
	if !s.haveFiles(ids) {
		return problem(http.StatusBadRequest, "invalid-request", "Your media IDs are invalid.")
	}
	m := s.keeps(Message{From: account, To: to, Text: text})
	s.calls = append(s.calls, Call{Account: account, Action: "message", Name: m.ID, Target: to, Text: text, On: true, Files: len(ids)})
	if s.Echoes {
		s.tell(s.event("dm.sent", account, s.told(m), nil))
	}
	return said(http.StatusCreated, map[string]any{"data": map[string]any{"dm_conversation_id": Thread(account, to), "dm_event_id": m.ID}})
}

// told is a message as X tells of it.
func (s *Server) told(m Message) map[string]any {
	data := map[string]any{"text": m.Text, "entities": map[string]any{"urls": []any{}}}
	if m.File != "" {
		const short = "https://t.co/file"
		data["text"] = strings.TrimSpace(m.Text + " " + short)
		data["entities"] = map[string]any{"urls": []any{map[string]any{"url": short, "expanded_url": "https://x.com/messages/media/1", "display_url": "pic.x.com/file"}}}
		data["attachment"] = map[string]any{"type": "media", "media": map[string]any{"type": "photo", "url": short, "media_url_https": "https://ton.x.com/1.1/ton/data/dm/" + m.File}}
	}
	users := map[string]any{}
	for _, id := range []string{m.From, m.To} {
		if who, known := s.people[id]; known {
			users[id] = map[string]any{"data": who.shown()}
		}
	}
	return map[string]any{
		"direct_message_events": []any{map[string]any{
			"type": "message_create", "id": m.ID, "created_timestamp": strconv.FormatInt(m.At.UnixMilli(), 10),
			"message_create": map[string]any{"target": map[string]any{"recipient_id": m.To}, "sender_id": m.From, "message_data": data},
		}},
		"users": users,
	}
}

// kept lists the messages of an account, the newest first.
func (s *Server) kept(account string, q url.Values) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	most, _ := strconv.Atoi(q.Get("max_results"))
	skip, _ := strconv.Atoi(strings.TrimPrefix(q.Get("pagination_token"), "page-token-000000"))
	var data []any
	n := 0
	for _, m := range slices.Backward(s.messages) {
		if m.From != account && m.To != account {
			continue
		}
		if n++; n <= skip || len(data) >= most {
			continue
		}
		data = append(data, map[string]any{
			"id": m.ID, "text": m.Text, "sender_id": m.From, "dm_conversation_id": Thread(m.From, m.To), "event_type": "MessageCreate",
			"created_at": m.At.UTC().Format("2006-01-02T15:04:05.000Z"),
		})
	}
	meta := map[string]any{"result_count": len(data)}
	if n > skip+most {
		meta["next_token"] = "page-token-000000" + strconv.Itoa(skip+most)
	}
	var users []any
	for _, who := range s.people {
		users = append(users, who.shown())
	}
	out := map[string]any{"meta": meta, "includes": map[string]any{"users": users}}
	if data != nil {
		out["data"] = data
	}
	return said(http.StatusOK, out)
}
