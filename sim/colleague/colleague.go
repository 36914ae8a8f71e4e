package colleague

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/id"
)

// Bounds of a colleague's patience and memory.
const (
	requestLimit  = 20 * time.Second
	goodbyeWithin = 5 * time.Second
	againAfter    = 500 * time.Millisecond // to connect, after a loss
	pageMax       = 1 << 20
	pageOf        = 100 // entries read of a conversation, or lines of a list
)

// Colleague is somebody at the desk with a session.
type Colleague struct {
	*Client

	name string
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

// Row is what a colleague reads of a line of the worklist.
type Row struct {
	ID            id.Conversation `json:"id"`
	State         string          `json:"state"`
	InteractionID id.Interaction  `json:"interaction_id"`
}

// SignIn enters the demo in a role and listens to the live events.
func SignIn(ctx context.Context, base, role string) (*Colleague, error) {
	client, err := NewClient(base, requestLimit)
	if err != nil {
		return nil, err
	}
	c := &Colleague{Client: client}
	var session struct {
		User struct {
			Name string `json:"name"`
		} `json:"user"`
	}
	if err := c.Call(ctx, http.MethodPost, "/session/demo", map[string]string{"role": role}, &session); err != nil {
		return nil, err
	}
	c.name = session.User.Name
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
	c.ws, err = c.Dial(ctx)
	return err
}

// Leave goes off duty, so that nobody is offered to a desk that is not there.
func (c *Colleague) Leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbyeWithin)
	defer cancel()
	err := c.Call(ctx, http.MethodPut, "/me/presence", map[string]string{"state": "offline"}, nil)
	if c.ws != nil {
		_ = c.ws.CloseNow() // the desk is closed anyway
	}
	c.http.CloseIdleConnections()
	return err
}

// Available makes the colleague ready for chats.
func (c *Colleague) Available(ctx context.Context) error {
	if err := c.Call(ctx, http.MethodPut, "/me/channels", map[string]any{"channels": map[string]bool{"chat": true}}, nil); err != nil {
		return err
	}
	return c.Call(ctx, http.MethodPut, "/me/presence", map[string]string{"state": "available"}, nil)
}

// Heard is one live event that a colleague acts on: an offer, an entry of a
// conversation they work on, or that they are back after a loss of the connection
// and have to look for themselves at what came meanwhile.
type Heard struct {
	Offer *Offer
	Entry *Entry
	Back  bool
}

// Hear waits for the next live event of use. A lost connection it makes anew; it
// fails only when ctx ends or the server does not let us in any more.
func (c *Colleague) Hear(ctx context.Context) (Heard, error) {
	for {
		_, raw, err := c.ws.Read(ctx)
		if err != nil {
			return Heard{Back: true}, c.reconnect(ctx)
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

// reconnect connects again, as often as it takes.
func (c *Colleague) reconnect(ctx context.Context) error {
	for {
		err := c.Listen(ctx)
		refused, ok := errors.AsType[*RefusedError](err)
		if err == nil || ok && refused.Status < http.StatusInternalServerError && refused.Status != http.StatusTooManyRequests {
			return err
		}
		again := time.NewTimer(againAfter)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return errors.Join(ctx.Err(), err)
		}
	}
}

// Offers returns the work that is proposed now.
func (c *Colleague) Offers(ctx context.Context) ([]Offer, error) {
	var page struct {
		Items []Offer `json:"items"`
	}
	err := c.Call(ctx, http.MethodGet, "/me/offers", nil, &page)
	return page.Items, err
}

// Mine returns the conversations that the colleague works on.
func (c *Colleague) Mine(ctx context.Context) ([]Row, error) {
	var page struct {
		Items []Row `json:"items"`
	}
	err := c.Call(ctx, http.MethodGet, fmt.Sprintf("/conversations?view=mine&limit=%d", pageOf), nil, &page)
	return page.Items, err
}

// Row returns the line of a conversation.
func (c *Colleague) Row(ctx context.Context, conversation id.Conversation) (Row, error) {
	var row Row
	err := c.Call(ctx, http.MethodGet, "/conversations/"+conversation.String(), nil, &row)
	return row, err
}

// Offered waits for the offer of a conversation. Other work is declined: it is somebody else's.
func (c *Colleague) Offered(ctx context.Context, conversation id.Conversation) (Offer, error) {
	for {
		heard, err := c.Hear(ctx)
		if err != nil {
			return Offer{}, fmt.Errorf("no offer: %w", err)
		}
		var made []Offer
		switch {
		case heard.Offer != nil:
			made = []Offer{*heard.Offer}
		case heard.Back:
			if made, err = c.Offers(ctx); err != nil {
				return Offer{}, err
			}
		}
		for _, o := range made {
			if o.ConversationID == conversation {
				return o, nil
			}
			if err := c.Decline(ctx, o); err != nil && !gone(err) {
				return Offer{}, err
			}
		}
	}
}

// gone reports whether something was refused because it is over, or somebody else's by now.
func gone(err error) bool {
	refused, ok := errors.AsType[*RefusedError](err)
	return ok && (refused.Status == http.StatusNotFound || refused.Status == http.StatusConflict)
}

// Accept takes offered work.
func (c *Colleague) Accept(ctx context.Context, o Offer) error {
	return c.Call(ctx, http.MethodPost, "/offers/"+o.ID.String()+"/accept", nil, nil)
}

// Decline leaves offered work to others.
func (c *Colleague) Decline(ctx context.Context, o Offer) error {
	return c.Call(ctx, http.MethodPost, "/offers/"+o.ID.String()+"/decline", map[string]string{"reason": "busy"}, nil)
}

// Entries returns the newest entries of a conversation, oldest first.
func (c *Colleague) Entries(ctx context.Context, conversation id.Conversation) ([]Entry, error) {
	var page struct {
		Items []Entry `json:"items"`
	}
	err := c.Call(ctx, http.MethodGet, fmt.Sprintf("/conversations/%s/entries?limit=%d", conversation, pageOf), nil, &page)
	return page.Items, err
}

// Reply answers with all that was written so far in view.
func (c *Colleague) Reply(ctx context.Context, conversation id.Conversation, text string) error {
	var row struct {
		LastSeq int64 `json:"last_seq"`
	}
	path := "/conversations/" + conversation.String()
	if err := c.Call(ctx, http.MethodGet, path, nil, &row); err != nil {
		return err
	}
	return c.Call(ctx, http.MethodPost, path+"/replies", map[string]any{
		"text": text, "client_id": rand.Text(), "based_on_seq": row.LastSeq,
	}, nil)
}

// Finish ends the talking and closes the interaction.
func (c *Colleague) Finish(ctx context.Context, interaction id.Interaction) error {
	return c.Call(ctx, http.MethodPost, "/interactions/"+interaction.String()+"/finish", map[string]string{}, nil)
}
