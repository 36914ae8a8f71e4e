// Command ownchannel is a whole channel in one file: what you type is what a
// customer writes, and what an agent answers is printed. It needs nothing but Go's
// own library, so it can be copied and grown into yours; docs/guides/own-channel.md
// says what every line of it is for.
//
// What must never break: what it signs is exactly what it sends, and it believes
// nothing that is not signed.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// Bounds of what we wait for and read.
const (
	callWithin = 10 * time.Second
	maxBody    = 1 << 20
	tolerance  = 5 * time.Minute
)

// customer is who writes in this example.
type customer struct {
	thread string
	events string // where Zongler takes events
	key    []byte // with which we sign them
	out    io.Writer
}

func main() {
	listen := flag.String("listen", "127.0.0.1:9090", "where commands are taken")
	events := flag.String("events", "", "the address for events, from Administration → Own channels")
	flag.Parse()
	eventsKey, err := parseKey(os.Getenv("EVENTS_KEY"))
	if err == nil {
		err = run(*listen, customer{thread: "thread-" + rand.Text()[:6], events: *events, key: eventsKey, out: os.Stdout})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(listen string, c customer) error {
	commandsKey, err := parseKey(os.Getenv("COMMANDS_KEY"))
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	server := &http.Server{Addr: listen, Handler: c.commands(commandsKey), ReadHeaderTimeout: callWithin}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- in.Text()
		}
	}()
	for {
		select {
		case err := <-failed:
			return err
		case line, more := <-lines:
			if !more {
				return server.Close()
			}
			if err := c.write(ctx, line); err != nil {
				fmt.Fprintln(c.out, "not sent:", err)
			}
		}
	}
}

// write tells Zongler that the customer wrote.
func (c customer) write(ctx context.Context, text string) error {
	message := "m-" + rand.Text()
	return c.tell(ctx, map[string]any{
		"id": "event-" + message, "type": "message", "at": time.Now().UTC(), "thread": c.thread, "message": message,
		"from": map[string]any{"id": "customer-1", "name": "Zofia Wilk"}, "text": text,
	})
}

// tell posts one event, signed over the bytes that are sent.
func (c customer) tell(ctx context.Context, event map[string]any) error {
	body, err := json.Marshal(event)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.events, bytes.NewReader(body))
	if err != nil {
		return err
	}
	name, stamp := "msg_"+rand.Text(), strconv.FormatInt(time.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("webhook-id", name)
	r.Header.Set("webhook-timestamp", stamp)
	r.Header.Set("webhook-signature", "v1,"+sign(c.key, name, stamp, body))
	res, err := (&http.Client{}).Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusAccepted {
		told, _ := io.ReadAll(io.LimitReader(res.Body, maxBody)) // the status says enough
		return fmt.Errorf("%s: %s", res.Status, told)
	}
	return nil
}

// command is what Zongler asks of us; there is more in it than this example needs.
type command struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Thread  string `json:"thread"`
	Author  string `json:"author"`
	Text    string `json:"text"`
	Message string `json:"message"`
}

// commands takes commands that are signed with key.
func (c customer) commands(key []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil || !fromZongler(r.Header, body, key, time.Now()) {
			http.Error(w, `{"reason":"the signature does not fit"}`, http.StatusUnauthorized)
			return
		}
		var cmd command
		if err := json.Unmarshal(body, &cmd); err != nil {
			http.Error(w, `{"reason":"not a command"}`, http.StatusUnprocessableEntity)
			return
		}
		switch cmd.Type {
		case "message.send":
			fmt.Fprintf(c.out, "%s: %s\n", cmd.Author, cmd.Text)
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"message":"ours-%s"}`, cmd.ID)
			// The customer has it on the screen: that is a receipt.
			go c.receipt(context.WithoutCancel(r.Context()), cmd.ID)
		case "test":
			w.WriteHeader(http.StatusNoContent)
		default:
			http.Error(w, `{"reason":"this example only sends"}`, http.StatusUnprocessableEntity)
		}
	})
}

// receipt tells that an answer has arrived, by Zongler's own name for it.
func (c customer) receipt(ctx context.Context, id string) {
	err := c.tell(ctx, map[string]any{"id": "receipt-" + id, "type": "receipt", "our_id": id, "state": "delivered"})
	if err != nil {
		fmt.Fprintln(c.out, "no receipt:", err)
	}
}

// sign is the signature of Standard Webhooks.
func sign(key []byte, name, stamp string, body []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(name + "." + stamp + "."))
	m.Write(body)
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// fromZongler reports whether a command was signed with key, not long ago.
func fromZongler(h http.Header, body, key []byte, now time.Time) bool {
	name, stamp := h.Get("webhook-id"), h.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if away := now.Sub(time.Unix(seconds, 0)); err != nil || away > tolerance || away < -tolerance {
		return false
	}
	want := []byte("v1," + sign(key, name, stamp, body))
	for one := range strings.FieldsSeq(h.Get("webhook-signature")) { // while a key is being changed there are two
		if hmac.Equal([]byte(one), want) {
			return true
		}
	}
	return false
}

// parseKey reads a key as the screen shows it.
func parseKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "whsec_"))
	if err != nil || len(key) == 0 {
		return nil, errors.New("EVENTS_KEY and COMMANDS_KEY are the two keys that were shown when the channel was made")
	}
	return key, nil
}
