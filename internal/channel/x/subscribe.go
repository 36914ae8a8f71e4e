package x

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/zongler/zongler/internal/channel"
)

// wanted are the events that an account has to tell of.
func wanted() []string {
	return []string{
		eventMention, eventReply, eventQuote, eventCreate, eventDelete, eventReceived, eventSent, eventRead, eventChat,
	}
}

const (
	tag      = "zongler" // by which we know what we have asked for
	maxPages = 20        // of lists of what the app has
	perPage  = "1000"    // subscriptions
)

// subscription is that X tells of something.
type subscription struct {
	ID      string `json:"subscription_id"`
	Event   string `json:"event_type"`
	Tag     string `json:"tag"`
	Webhook string `json:"webhook_id"`
	Filter  struct {
		User string `json:"user_id"`
	} `json:"filter"`
}

// subscriptions returns what we have asked for of an account.
func (c *Client) subscriptions(ctx context.Context, account string) ([]subscription, error) {
	var all []subscription
	q := url.Values{"max_results": {perPage}}
	for range maxPages {
		var page struct {
			Data []subscription `json:"data"`
			Meta struct {
				Next string `json:"next_token"`
			} `json:"meta"`
		}
		if err := c.do(ctx, call{token: c.Bearer, path: "2/activity/subscriptions", query: q}, &page); err != nil {
			return all, err
		}
		for _, s := range page.Data {
			if s.Filter.User == account && s.Tag == tag {
				all = append(all, s)
			}
		}
		if page.Meta.Next == "" {
			break
		}
		q.Set("pagination_token", page.Meta.Next)
	}
	return all, nil
}

func (c *Client) unsubscribe(ctx context.Context, id string) error {
	return c.do(ctx, call{
		token: c.Bearer, method: http.MethodDelete, path: "2/activity/subscriptions/" + url.PathEscape(id), route: "2/activity/subscriptions/id",
	}, nil)
}

// subscribe has X tell of everything that an account needs, where it is to tell it, and
// returns what it does not tell of all the same.
func (c *Client) subscribe(ctx context.Context, a channel.Account) (missing []string, err error) {
	hook, err := c.hookOf(ctx, a)
	if err != nil {
		return nil, err
	}
	has, err := c.subscriptions(ctx, a.Address)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, s := range has {
		if s.Webhook == hook && !there[s.Event] && slices.Contains(wanted(), s.Event) {
			there[s.Event] = true
			continue
		}
		if err := c.unsubscribe(ctx, s.ID); err != nil { // it is told elsewhere, or twice
			return nil, err
		}
	}
	for _, event := range wanted() {
		if there[event] {
			continue
		}
		body := map[string]any{"event_type": event, "filter": map[string]string{"user_id": a.Address}, "tag": tag}
		if hook != "" {
			body["webhook_id"] = hook
		}
		err := c.do(ctx, call{who: a.Address, token: a.Secrets[secretAccess], method: http.MethodPost, path: "2/activity/subscriptions", body: body}, nil)
		switch f := failureOf(err); {
		case err == nil:
		case f.Verdict == channel.Permanent && event == eventChat: // it would say no more than that there is something
		case f.Verdict == channel.Permanent:
			missing = append(missing, event)
		default:
			return missing, err
		}
	}
	return missing, nil
}

// hookOf returns X's name of the address to which it posts what happens to an account; empty: it is to tell it by the stream.
func (c *Client) hookOf(ctx context.Context, a channel.Account) (string, error) {
	s, err := parseSettings(a.Config)
	if err != nil || s.Way != Posted {
		return "", err
	}
	at := c.postedAt()
	if at == "" {
		return "", channel.Fail(channel.Reconnect, "x.no_address", nil)
	}
	var known struct {
		Data []hookAt `json:"data"`
	}
	if err := c.do(ctx, call{token: c.Bearer, path: "2/webhooks"}, &known); err != nil {
		return "", err
	}
	for _, h := range known.Data {
		if h.URL != at {
			continue
		}
		if !h.Valid { // it has failed for a day, or answered wrongly: X looks again
			err = c.do(ctx, call{token: c.Bearer, method: http.MethodPut, path: "2/webhooks/" + url.PathEscape(h.ID), route: "2/webhooks/id"}, nil)
		}
		return h.ID, err
	}
	var made struct {
		Data hookAt `json:"data"`
	}
	err = c.do(ctx, call{token: c.Bearer, method: http.MethodPost, path: "2/webhooks", body: map[string]string{"url": at}}, &made)
	return made.Data.ID, err
}

type hookAt struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	Valid bool   `json:"valid"`
}
