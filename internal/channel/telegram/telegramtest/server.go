// Package telegramtest is Telegram's Bot API to test against. What it is asked is held
// to Telegram's own description of its methods (methods.json, of the Bot API 10.1):
// a field that is missing or that there is not is refused. Updates are kept until they
// are confirmed, one asks at a time, and not while there is a webhook. It has a menu of
// what goes wrong (Fault).
//
// What must never break: what it takes, it has.
package telegramtest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed methods.json
var described []byte

// Fault is what Telegram does with a call instead of doing it.
type Fault string

// The fault menu.
const (
	Busy    Fault = "busy"    // 429 with retry_after, once
	Blocked Fault = "blocked" // 403, once
	Refused Fault = "refused" // 400 with Reason, once
	Away    Fault = "away"    // 503 of whoever stands before it, once
	Locked  Fault = "locked"  // 401, until Unlock
	Silent  Fault = "silent"  // it does what it is asked, and the line breaks before it says so
)

// Call is what it was asked and has done.
type Call struct {
	Method  string
	Fields  map[string]any
	Chat    string
	Message int64 // what was made or changed
	File    []byte
}

// Text returns a text among the fields.
func (c Call) Text(field string) string {
	s, _ := c.Fields[field].(string)
	return s
}

// Hook is where it posts.
type Hook struct {
	URL    string
	Secret string
}

// Server is Telegram with one bot.
type Server struct {
	Token  string
	BotID  int64
	Reason string // of Refused

	methods map[string]map[string]struct{ Required bool }
	server  *httptest.Server

	mu      sync.Mutex
	updates []map[string]any
	news    chan struct{} // closed and made anew when there is an update
	asking  bool
	hook    Hook
	calls   []Call
	files   map[string][]byte
	faults  []Fault
	locked  bool
	next    int64
	number  int64
}

// New starts it.
func New(bot int64) (*Server, error) {
	s := &Server{
		Token: fmt.Sprintf("%d:%s", bot, strings.Repeat("Ab1_", 9)), BotID: bot, news: make(chan struct{}), files: map[string][]byte{}, next: 1000, number: 10,
	}
	if err := json.Unmarshal(described, &s.methods); err != nil {
		return nil, err
	}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s, nil
}

// URL is where it is.
func (s *Server) URL() string { return s.server.URL }

// Close ends it.
func (s *Server) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

// Next says what becomes of the next messages, one fault for each.
func (s *Server) Next(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Lock takes the token away, until Unlock.
func (s *Server) Lock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked = true
}

// Unlock gives it back.
func (s *Server) Unlock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked = false
}

// Calls returns what it was asked of messages and has done, the oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Hook returns where it posts.
func (s *Server) Hook() Hook {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hook
}

// Number returns the number of a new message.
func (s *Server) Number() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	return s.number
}

// Put lays a file there, which a message then names.
func (s *Server) Put(id string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[id] = content
}

// Tell has updates wait to be asked for. Each gets its number, unless it has one.
func (s *Server) Tell(updates ...map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range updates {
		if _, has := u["update_id"]; !has {
			s.next++
			u["update_id"] = s.next
		}
		s.updates = append(s.updates, u)
	}
	close(s.news)
	s.news = make(chan struct{})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if path, is := strings.CutPrefix(r.URL.Path, "/file/bot"+s.Token+"/"); is {
		s.mu.Lock()
		content, there := s.files[strings.TrimPrefix(path, "files/")]
		s.mu.Unlock()
		if !there {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(content) // who went away needs no answer
		return
	}
	method, is := strings.CutPrefix(r.URL.Path, "/bot"+s.Token+"/")
	s.mu.Lock()
	locked := s.locked
	s.mu.Unlock()
	if !is || locked {
		refuse(w, http.StatusUnauthorized, "Unauthorized", 0)
		return
	}
	call, wrong := s.read(r, method)
	if wrong != "" {
		refuse(w, http.StatusBadRequest, "Bad Request: "+wrong, 0)
		return
	}
	switch method {
	case "getMe":
		say(w, map[string]any{"id": s.BotID, "is_bot": true, "first_name": "Fala", "username": "fala_bot"})
	case "getUpdates":
		s.getUpdates(r.Context(), w, call)
	case "setWebhook", "deleteWebhook":
		s.mu.Lock()
		s.hook = Hook{call.Text("url"), call.Text("secret_token")}
		s.mu.Unlock()
		say(w, true)
	case "getFile":
		s.getFile(w, call.Text("file_id"))
	default:
		s.act(w, call)
	}
}

func (s *Server) getFile(w http.ResponseWriter, id string) {
	s.mu.Lock()
	_, there := s.files[id]
	s.mu.Unlock()
	if !there {
		refuse(w, http.StatusBadRequest, "Bad Request: invalid file_id", 0)
		return
	}
	say(w, map[string]any{"file_id": id, "file_path": "files/" + id})
}

// read reads a call and says what is wrong with it.
func (s *Server) read(r *http.Request, method string) (Call, string) {
	fields, known := s.methods[method]
	if !known {
		return Call{}, "method not found"
	}
	c := Call{Method: method, Fields: map[string]any{}}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := r.ParseMultipartForm(64 << 20); err != nil { //nolint:gosec // of our own tests
			return c, err.Error()
		}
		for name, values := range r.MultipartForm.Value {
			c.Fields[name] = values[0]
		}
		for name, files := range r.MultipartForm.File {
			f, err := files[0].Open()
			if err != nil {
				return c, err.Error()
			}
			c.File, err = io.ReadAll(f)
			if err != nil {
				return c, err.Error()
			}
			c.Fields[name] = files[0].Filename
		}
	} else {
		d := json.NewDecoder(r.Body)
		d.UseNumber()
		if err := d.Decode(&c.Fields); err != nil {
			return c, err.Error()
		}
	}
	for name := range c.Fields {
		if _, there := fields[name]; !there {
			return c, "there is no field " + name
		}
	}
	for name, f := range fields {
		if _, there := c.Fields[name]; f.Required && !there {
			return c, name + " is missing"
		}
	}
	c.Chat = fmt.Sprint(c.Fields["chat_id"])
	return c, ""
}

func refuse(w http.ResponseWriter, code int, words string, after int) {
	body := map[string]any{"ok": false, "error_code": code, "description": words}
	if after > 0 {
		body["parameters"] = map[string]any{"retry_after": after}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // who went away needs no answer
}

func say(w http.ResponseWriter, result any) {
	var body bytes.Buffer
	_ = json.NewEncoder(&body).Encode(map[string]any{"ok": true, "result": result}) // it is made of maps
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body.Bytes()) // who went away needs no answer
}

func number(v any) int64 {
	n, _ := v.(json.Number)
	out, _ := n.Int64()
	return out
}

// getUpdates confirms what was before an offset and waits for what is behind.
func (s *Server) getUpdates(ctx context.Context, w http.ResponseWriter, c Call) {
	s.mu.Lock()
	if s.hook.URL != "" || s.asking {
		s.mu.Unlock()
		refuse(w, http.StatusConflict, "Conflict: terminated by other getUpdates request, or a webhook is active", 0)
		return
	}
	s.asking = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.asking = false
		s.mu.Unlock()
	}()
	offset := number(c.Fields["offset"])
	timer := time.NewTimer(time.Duration(number(c.Fields["timeout"])) * time.Second)
	defer timer.Stop()
	for {
		s.mu.Lock()
		s.updates = slices.DeleteFunc(s.updates, func(u map[string]any) bool { return u["update_id"].(int64) < offset })
		found, news := slices.Clone(s.updates[:min(len(s.updates), 100)]), s.news
		s.mu.Unlock()
		if len(found) > 0 {
			say(w, found)
			return
		}
		select {
		case <-news:
		case <-timer.C:
			say(w, []any{})
			return
		case <-ctx.Done():
			return
		}
	}
}

// act does something to messages, or what the menu says.
func (s *Server) act(w http.ResponseWriter, c Call) {
	s.mu.Lock()
	fault := Fault("")
	if len(s.faults) > 0 && c.Method != "sendChatAction" {
		fault, s.faults = s.faults[0], s.faults[1:]
	}
	s.mu.Unlock()
	switch fault {
	case Busy:
		refuse(w, http.StatusTooManyRequests, "Too Many Requests: retry after 1", 1)
		return
	case Blocked:
		refuse(w, http.StatusForbidden, "Forbidden: bot was blocked by the user", 0)
		return
	case Refused:
		refuse(w, http.StatusBadRequest, "Bad Request: "+s.Reason, 0)
		return
	case Away:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case Locked:
		s.Lock()
		refuse(w, http.StatusUnauthorized, "Unauthorized", 0)
		return
	case Silent:
	}
	s.mu.Lock()
	if c.Message = number(c.Fields["message_id"]); strings.HasPrefix(c.Method, "send") && c.Method != "sendChatAction" {
		s.number++
		c.Message = s.number
	}
	s.calls = append(s.calls, c)
	s.mu.Unlock()
	if fault == Silent {
		panic(http.ErrAbortHandler) // the line is cut
	}
	if !strings.HasPrefix(c.Method, "send") || c.Method == "sendChatAction" {
		say(w, true)
		return
	}
	say(w, map[string]any{"message_id": c.Message, "date": time.Now().Unix(), "chat": map[string]any{"id": json.Number(c.Chat), "type": "private"}})
}
