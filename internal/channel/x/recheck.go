package x

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

var _ channel.Rechecking = (*Adapter)(nil)

// Rechecks bounds what is asked for again: X bills each post that it shows, and wants to be followed
// within a day. A hundred are one call.
func (*Adapter) Rechecks() channel.Rechecks {
	return channel.Rechecks{Every: 12 * time.Hour, Most: 100}
}

// notFound is how X says of a post that it is there no more. Of one whose author shows it to nobody
// but followers it says something else.
const notFound = "/resource-not-found"

// Gone asks for posts, and returns a deletion of each of which X says that it is there no more.
func (a *Adapter) Gone(ctx context.Context, account channel.Account, names []string) ([]channel.Arrival, error) {
	var ids []string
	asked := map[string]bool{}
	for _, name := range names {
		if isID(name) && !asked[name] {
			ids, asked[name] = append(ids, name), true
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var said struct {
		Errors []struct {
			Type     string `json:"type"`
			Resource string `json:"resource_id"`
			Value    string `json:"value"`
		} `json:"errors"`
	}
	q := url.Values{"ids": {strings.Join(ids, ",")}}
	err := a.client.do(ctx, call{who: account.Address, token: account.Secrets[secretAccess], path: "2/tweets", query: q, partly: true}, &said)
	if err != nil {
		return nil, harmless(err)
	}
	var gone []channel.Arrival
	for _, e := range said.Errors {
		id := cmp.Or(e.Resource, e.Value)
		if !asked[id] || !strings.HasSuffix(e.Type, notFound) {
			continue
		}
		asked[id] = false
		raw, err := deleted(account.Address, id)
		if err != nil {
			return nil, err
		}
		gone = append(gone, arrivalOf(account.EntryPoint, raw))
	}
	return gone, nil
}

// deleted is a deletion as X would have told of it.
func deleted(account, id string) ([]byte, error) {
	payload, err := json.Marshal(map[string]string{"id": id})
	if err != nil {
		return nil, err
	}
	e := event{UUID: "gone " + id, Type: eventDelete, Payload: payload}
	e.Filter.User = account
	return json.Marshal(map[string]event{"data": e})
}
