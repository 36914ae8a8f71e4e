package colleague

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/id"
)

// Bounds of a colleague's patience and memory.
const (
	requestLimit  = 20 * time.Second
	goodbyeWithin = 5 * time.Second
	pageMax       = 1 << 20
	pageOf        = 100 // entries read of a conversation
)

// Colleague is somebody at the desk with a session.
type Colleague struct {
	base string
	name string
	user id.User
	http *http.Client
	ws   *websocket.Conn
}

// Offer is what the desk is told when work is proposed.
type Offer struct {
	ID             id.Offer        `json:"id"`
	InteractionID  id.Interaction  `json:"interaction_id"`
	ConversationID id.Conversation `json:"conversation_id"`
}

// Entry is what a colleague reads of an entry.
type Entry struct {
	ConversationID id.Conversation `json:"-"`
	Seq            int64           `json:"seq"`
	Kind           string          `json:"kind"`
	Author         string          `json:"author"`
	Text           string          `json:"text"`
}

// ErrRefused is in the chain of an answer of the server that is no success.
var ErrRefused = errors.New("refused")

// SignIn enters the demo in a role and listens to the live events.
func SignIn(ctx context.Context, base, role string) (*Colleague, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	c := &Colleague{base: strings.TrimSuffix(base, "/"), http: &http.Client{Jar: jar, Timeout: requestLimit}}
	var session struct {
		User struct {
			ID   id.User `json:"id"`
			Name string  `json:"name"`
		} `json:"user"`
	}
	if err := c.call(ctx, http.MethodPost, "/session/demo", map[string]string{"role": role}, &session); err != nil {
		return nil, err
	}
	c.name, c.user = session.User.Name, session.User.ID
	return c, c.Listen(ctx)
}

// Name returns the colleague's name.
func (c *Colleague) Name() string { return c.name }

// Listen connects to the live events, anew if there was a connection.
func (c *Colleague) Listen(ctx context.Context) error {
	if c.ws != nil {
		_ = c.ws.CloseNow() // whatever was left of it
	}
	var err error
	jar := &http.Client{Jar: c.http.Jar}                                              // a time limit would end the socket
	c.ws, _, err = websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.base, "http")+"/ws", //nolint:bodyclose // the library closes it
		&websocket.DialOptions{HTTPClient: jar, HTTPHeader: http.Header{"Origin": {c.base}}})
	if err != nil {
		return fmt.Errorf("/ws: %w", err)
	}
	c.ws.SetReadLimit(pageMax)
	return nil
}

// Leave goes off duty, so that nobody is offered to a desk that is not there.
func (c *Colleague) Leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbyeWithin)
	defer cancel()
	err := c.call(ctx, http.MethodPut, "/me/presence", map[string]string{"state": "offline"}, nil)
	_ = c.ws.CloseNow() // the desk is closed anyway
	return err
}

// Available makes the colleague ready for chats.
func (c *Colleague) Available(ctx context.Context) error {
	if err := c.call(ctx, http.MethodPut, "/me/channels", map[string]any{"channels": map[string]bool{"chat": true}}, nil); err != nil {
		return err
	}
	return c.call(ctx, http.MethodPut, "/me/presence", map[string]string{"state": "available"}, nil)
}

// Heard is one live event that a colleague acts on: an offer, or an entry of a
// conversation they work on.
type Heard struct {
	Offer *Offer
	Entry *Entry
}

// Hear waits for the next live event of use.
func (c *Colleague) Hear(ctx context.Context) (Heard, error) {
	for {
		_, raw, err := c.ws.Read(ctx)
		if err != nil {
			return Heard{}, fmt.Errorf("/ws: %w", err)
		}
		var frame struct {
			Type string `json:"type"`
			Data struct {
				Offer          Offer           `json:"offer"`
				ConversationID id.Conversation `json:"conversation_id"`
				Entry          Entry           `json:"entry"`
			} `json:"data"`
		}
		if json.Unmarshal(raw, &frame) != nil {
			continue // of no use to us
		}
		switch frame.Type {
		case "offer":
			return Heard{Offer: &frame.Data.Offer}, nil
		case "entry":
			frame.Data.Entry.ConversationID = frame.Data.ConversationID
			return Heard{Entry: &frame.Data.Entry}, nil
		}
	}
}

// Offered waits for the offer of a conversation. Other work is declined: it is somebody else's.
func (c *Colleague) Offered(ctx context.Context, conversation id.Conversation) (Offer, error) {
	for {
		heard, err := c.Hear(ctx)
		if err != nil {
			return Offer{}, fmt.Errorf("no offer: %w", err)
		}
		if heard.Offer == nil {
			continue
		}
		if heard.Offer.ConversationID == conversation {
			return *heard.Offer, nil
		}
		if err := c.Decline(ctx, *heard.Offer); err != nil {
			return Offer{}, err
		}
	}
}

// Accept takes offered work.
func (c *Colleague) Accept(ctx context.Context, o Offer) error {
	return c.call(ctx, http.MethodPost, "/offers/"+o.ID.String()+"/accept", nil, nil)
}

// Decline leaves offered work to others.
func (c *Colleague) Decline(ctx context.Context, o Offer) error {
	return c.call(ctx, http.MethodPost, "/offers/"+o.ID.String()+"/decline", map[string]string{"reason": "busy"}, nil)
}

// Entries returns the newest entries of a conversation, oldest first.
func (c *Colleague) Entries(ctx context.Context, conversation id.Conversation) ([]Entry, error) {
	var page struct {
		Items []Entry `json:"items"`
	}
	err := c.call(ctx, http.MethodGet, fmt.Sprintf("/conversations/%s/entries?limit=%d", conversation, pageOf), nil, &page)
	return page.Items, err
}

// Reply answers with all that was written so far in view.
func (c *Colleague) Reply(ctx context.Context, conversation id.Conversation, text string) error {
	var row struct {
		LastSeq int64 `json:"last_seq"`
	}
	path := "/conversations/" + conversation.String()
	if err := c.call(ctx, http.MethodGet, path, nil, &row); err != nil {
		return err
	}
	return c.call(ctx, http.MethodPost, path+"/replies", map[string]any{
		"text": text, "client_id": rand.Text(), "based_on_seq": row.LastSeq,
	}, nil)
}

// Finish ends the talking and closes the interaction.
func (c *Colleague) Finish(ctx context.Context, interaction id.Interaction) error {
	return c.call(ctx, http.MethodPost, "/interactions/"+interaction.String()+"/finish", map[string]string{}, nil)
}

// call asks the public interface for something.
func (c *Colleague) call(ctx context.Context, method, path string, body, into any) error {
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, in)
	if err != nil {
		return err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, pageMax))
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %w: %s %s", method, path, ErrRefused, res.Status, raw)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(raw, into)
}
