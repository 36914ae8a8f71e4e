package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/id"
)

// goodbyeWithin bounds how long going off duty may take.
const goodbyeWithin = 5 * time.Second

// agent is somebody at the desk, signed in by the public interface.
type agent struct {
	base string
	name string
	http *http.Client
	ws   *websocket.Conn
}

// offer is what the desk is told when work is proposed.
type offer struct {
	ID             id.Offer        `json:"id"`
	InteractionID  id.Interaction  `json:"interaction_id"`
	ConversationID id.Conversation `json:"conversation_id"`
}

// signIn enters the demo in a role and listens to the live events.
func signIn(ctx context.Context, base, role string) (*agent, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	a := &agent{base: base, http: &http.Client{Jar: jar}}
	var session struct {
		User struct {
			Name string `json:"name"`
		} `json:"user"`
	}
	if err := a.call(ctx, http.MethodPost, "/session/demo", map[string]string{"role": role}, &session); err != nil {
		return nil, err
	}
	a.name = session.User.Name
	a.ws, _, err = websocket.Dial(ctx, "ws"+strings.TrimPrefix(base, "http")+"/ws", //nolint:bodyclose // the library closes it
		&websocket.DialOptions{HTTPClient: a.http, HTTPHeader: http.Header{"Origin": {base}}})
	if err != nil {
		return nil, fmt.Errorf("/ws: %w", err)
	}
	a.ws.SetReadLimit(pageMax)
	return a, nil
}

// close goes off duty, so that nobody is offered to a desk that is not there.
func (a *agent) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbyeWithin)
	defer cancel()
	err := a.call(ctx, http.MethodPut, "/me/presence", map[string]string{"state": "offline"}, nil)
	_ = a.ws.CloseNow() // the process ends anyway
	return err
}

// available makes the agent ready for chats.
func (a *agent) available(ctx context.Context) error {
	if err := a.call(ctx, http.MethodPut, "/me/channels", map[string]any{"channels": map[string]bool{"chat": true}}, nil); err != nil {
		return err
	}
	return a.call(ctx, http.MethodPut, "/me/presence", map[string]string{"state": "available"}, nil)
}

// offered waits for the offer of a conversation. Other work is declined: it is somebody else's.
func (a *agent) offered(ctx context.Context, conversation id.Conversation) (offer, error) {
	for {
		_, raw, err := a.ws.Read(ctx)
		if err != nil {
			return offer{}, fmt.Errorf("no offer on /ws: %w", err)
		}
		var frame struct {
			Type string `json:"type"`
			Data struct {
				Offer offer `json:"offer"`
			} `json:"data"`
		}
		if json.Unmarshal(raw, &frame) != nil || frame.Type != "offer" {
			continue
		}
		made := frame.Data.Offer
		if made.ConversationID == conversation {
			return made, nil
		}
		if err := a.call(ctx, http.MethodPost, "/offers/"+made.ID.String()+"/decline", map[string]string{"reason": "chatsmoke"}, nil); err != nil {
			return offer{}, err
		}
	}
}

func (a *agent) accept(ctx context.Context, o offer) error {
	return a.call(ctx, http.MethodPost, "/offers/"+o.ID.String()+"/accept", nil, nil)
}

// reply answers with all that was written so far in view.
func (a *agent) reply(ctx context.Context, conversation id.Conversation, text string) error {
	var row struct {
		LastSeq int64 `json:"last_seq"`
	}
	path := "/conversations/" + conversation.String()
	if err := a.call(ctx, http.MethodGet, path, nil, &row); err != nil {
		return err
	}
	return a.call(ctx, http.MethodPost, path+"/replies", map[string]any{
		"text": text, "client_id": rand.Text(), "based_on_seq": row.LastSeq,
	}, nil)
}

// finish ends the talking and closes the interaction.
func (a *agent) finish(ctx context.Context, o offer) error {
	return a.call(ctx, http.MethodPost, "/interactions/"+o.InteractionID.String()+"/finish", map[string]string{}, nil)
}

// call asks the public interface for something.
func (a *agent) call(ctx context.Context, method, path string, body, into any) error {
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, method, a.base+"/api/v1"+path, in)
	if err != nil {
		return err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := a.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, pageMax))
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %s %s", method, path, res.Status, raw)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(raw, into)
}
