package x

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

// Bounds of fetching what was not told.
const (
	perFetch     = "100"
	mentionPages = 8 // X keeps 800
	messagePages = 3 // of fifteen calls in a quarter of an hour
)

// postQuery is what is asked of posts.
func postQuery() url.Values {
	return url.Values{
		"post.fields":  {"attachments,conversation_id,created_at,display_text_range,entities,lang,text"},
		"expansions":   {"author_id,referenced_posts,attachments.media_keys"},
		"user.fields":  {"name,username"},
		"media.fields": {"media_key,preview_image_url,type,url,variants"},
	}
}

// fetchedName names what we have asked for.
func fetchedName(id string) string { return "post " + id }

// wrapped is a post as X would have told of it.
func wrapped(account, kind string, p post, beside json.RawMessage) ([]byte, error) {
	payload, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	e := event{UUID: fetchedName(p.ID), Type: kind, Payload: payload, Includes: beside}
	if kind == eventLearned {
		e.UUID = "learned " + p.ID
	}
	e.Filter.User = account
	return json.Marshal(map[string]event{"data": e})
}

// posts are what is answered to who asks for posts.
type posts struct {
	Data     []post          `json:"data"`
	Includes json.RawMessage `json:"includes"`
	Meta     struct {
		Next string `json:"next_token"`
	} `json:"meta"`
}

// Fetch fetches who has named the account since everything was here last, and has X tell
// of everything again: that ends where an address has failed for a day.
func (a *Adapter) Fetch(ctx context.Context, account channel.Account, take channel.Take) (string, error) {
	if _, err := a.client.subscribe(ctx, account); err != nil {
		return "", harmless(err)
	}
	q := postQuery()
	q.Set("max_results", perFetch)
	if isID(account.Cursor) {
		q.Set("since_id", account.Cursor)
	} else {
		q.Set("start_time", account.ConnectedAt.UTC().Format(time.RFC3339))
	}
	newest := account.Cursor
	for range mentionPages {
		var page posts
		err := a.client.do(ctx, call{
			who: account.Address, token: account.Secrets[secretAccess], path: "2/users/" + account.Address + "/mentions", route: "2/users/id/mentions", query: q,
		}, &page)
		if err != nil {
			return "", harmless(err)
		}
		arrived, err := tellings(account, page)
		if err != nil {
			return "", err
		}
		if err := take(ctx, arrived); err != nil {
			return "", err
		}
		for _, p := range page.Data {
			newest = later(newest, p.ID)
		}
		if page.Meta.Next == "" {
			break
		}
		q.Set("pagination_token", page.Meta.Next)
	}
	return newest, nil
}

// tellings is a page of posts as X would have told of them, the oldest first.
func tellings(account channel.Account, page posts) ([]channel.Arrival, error) {
	var all []channel.Arrival
	for _, p := range page.Data {
		kind := eventMention
		if p.refers("replied_to") != "" {
			kind = eventReply
		}
		raw, err := wrapped(account.Address, kind, p, page.Includes)
		if err != nil {
			return nil, err
		}
		all = append(all, arrivalOf(account.EntryPoint, raw))
	}
	slices.Reverse(all)
	return all, nil
}

// later returns the id that was given later.
func later(a, b string) string {
	if !isID(a) || isID(b) && (len(b) > len(a) || len(b) == len(a) && b > a) {
		return b
	}
	return a
}

// Above fetches what stands above something that was said.
func (a *Adapter) Above(ctx context.Context, account channel.Account, root, above string) ([]channel.Arrival, error) {
	id := cmp.Or(above, root)
	if !isID(id) {
		return nil, nil
	}
	q := postQuery()
	q.Set("ids", id)
	var page posts
	err := a.client.do(ctx, call{who: account.Address, token: account.Secrets[secretAccess], path: "2/tweets", query: q}, &page)
	if err != nil {
		return nil, harmless(err)
	}
	if len(page.Data) == 0 {
		return nil, nil
	}
	raw, err := wrapped(account.Address, eventLearned, page.Data[0], page.Includes)
	if err != nil {
		return nil, err
	}
	return []channel.Arrival{arrivalOf(account.EntryPoint, raw)}, nil
}

// kept is a message as X keeps it.
type kept struct {
	ID       string    `json:"id"`
	Text     string    `json:"text"`
	Sender   string    `json:"sender_id"`
	Thread   string    `json:"dm_conversation_id"`
	Created  time.Time `json:"created_at"`
	Entities entities  `json:"entities"`
	Attached struct {
		Keys []string `json:"media_keys"`
	} `json:"attachments"`
}

// Fetch fetches the messages since everything was here last.
func (m *Messages) Fetch(ctx context.Context, account channel.Account, take channel.Take) (string, error) {
	q := url.Values{
		"max_results": {perFetch}, "event_types": {"MessageCreate"}, "dm_event.fields": {"attachments,created_at,dm_conversation_id,entities,event_type,id,text"},
		"expansions": {"sender_id,attachments.media_keys"}, "user.fields": {"name,username"}, "media.fields": {"media_key,preview_image_url,type,url,variants"},
	}
	newest := account.Cursor
	for range messagePages {
		var page struct {
			Data     []kept   `json:"data"`
			Includes included `json:"includes"`
			Meta     struct {
				Next string `json:"next_token"`
			} `json:"meta"`
		}
		err := m.posts.client.do(ctx, call{who: account.Address, token: account.Secrets[secretAccess], path: "2/dm_events", query: q}, &page)
		if err != nil {
			return "", harmless(err)
		}
		var arrived []channel.Arrival
		more := page.Meta.Next != ""
		for _, k := range page.Data {
			known := isID(account.Cursor) && later(account.Cursor, k.ID) == account.Cursor
			if known || k.Created.Before(account.ConnectedAt) {
				more = false
				continue
			}
			newest = later(newest, k.ID)
			if raw, ok := k.event(account.Address, page.Includes); ok {
				arrived = append(arrived, arrivalOf(account.EntryPoint, raw))
			}
		}
		slices.Reverse(arrived)
		if err := take(ctx, arrived); err != nil {
			return "", err
		}
		if !more {
			break
		}
		q.Set("pagination_token", page.Meta.Next)
	}
	return newest, nil
}

// event is a message as X would have told of it, and whether it is one between the account and one other.
func (k kept) event(account string, beside included) ([]byte, bool) {
	other := at{account}.otherOf(k.Thread)
	if other == "" {
		return nil, false
	}
	to, kind := account, eventReceived
	if k.Sender == account {
		to, kind = other, eventSent
	}
	data := map[string]any{"text": k.Text, "entities": k.Entities}
	for _, f := range beside.Media {
		if slices.Contains(k.Attached.Keys, f.Key) {
			lies := cmp.Or(f.URL, f.Preview)
			data["attachment"] = map[string]any{"type": "media", "media": map[string]any{"type": f.Type, "media_url_https": lies, "url": lastLink(k.Entities.URLs)}}
		}
	}
	who := beside.person(k.Sender)
	users := map[string]any{}
	for _, u := range beside.Users {
		users[u.ID] = map[string]any{"data": u}
	}
	if who.DisplayName == "" {
		users = nil
	}
	payload, err := json.Marshal(map[string]any{
		"direct_message_events": []any{map[string]any{
			"type": "message_create", "id": k.ID, "created_timestamp": millis{k.Created},
			"message_create": map[string]any{"target": map[string]string{"recipient_id": to}, "sender_id": k.Sender, "message_data": data},
		}},
		"users": users,
	})
	if err != nil {
		return nil, false
	}
	e := event{UUID: "message " + k.ID, Type: kind, Payload: payload}
	e.Filter.User = account
	raw, err := json.Marshal(map[string]event{"data": e})
	return raw, err == nil
}

// lastLink returns the address in a text that stands for its file.
func lastLink(links []link) string {
	for _, l := range slices.Backward(links) {
		if strings.HasPrefix(l.Display, "pic.") || l.Media != "" {
			return l.URL
		}
	}
	return ""
}
