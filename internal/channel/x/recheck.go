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

// Recheck asks for posts, and returns a deletion of each of which X says that it is there no more.
func (a *Adapter) Recheck(ctx context.Context, account channel.Account, said []channel.Still) ([]channel.Arrival, error) {
	var ids []string
	asked := map[string]bool{}
	for _, one := range said {
		if isID(one.Name) && !asked[one.Name] {
			ids, asked[one.Name] = append(ids, one.Name), true
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var answer struct {
		Errors []struct {
			Type     string `json:"type"`
			Resource string `json:"resource_id"`
			Value    string `json:"value"`
		} `json:"errors"`
	}
	q := url.Values{"ids": {strings.Join(ids, ",")}}
	err := a.client.do(ctx, call{who: account.Address, token: account.Secrets[secretAccess], path: "2/tweets", query: q, partly: true}, &answer)
	if err != nil {
		return nil, harmless(err)
	}
	var gone []channel.Arrival
	for _, e := range answer.Errors {
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
