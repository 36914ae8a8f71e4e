package whatsapp

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
)

// RemoteScheme begins the address of a file that lies behind the token of a number: it is
// brought by Adapter.Fetch. What follows is the id of the number, and Meta's name of the file.
const RemoteScheme = "whatsapp:"

// Fetch begins to read a file of a number that lies at Meta, by the rest of its address
// behind RemoteScheme. An Invalid error means that it will not come. The address that Meta
// gives for it is good for five minutes, so it is asked for each time.
func (a *Adapter) Fetch(ctx context.Context, rest string) (io.ReadCloser, error) {
	const op = "whatsapp.Fetch"
	gone := errs.New(errs.Invalid, op, "attachment.remote")
	address, file, _ := strings.Cut(rest, "/")
	if strings.Trim(file, "0123456789") != "" || file == "" {
		return nil, gone
	}
	p, err := a.points.ByAddress(ctx, channel.WhatsApp, address)
	if errs.Is(errs.NotFound, err) || err == nil && p.Tenant != actor.From(ctx).Tenant {
		return nil, gone
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	l, err := a.open(ctx, p)
	if err != nil {
		return nil, errs.E(errs.Unavailable, op, err)
	}
	var at struct {
		URL string `json:"url"`
	}
	call := l.call("", file, nil)
	call.Query = url.Values{"phone_number_id": {l.PhoneID}}
	err = l.client.Do(ctx, call, &at)
	if err == nil {
		var body io.ReadCloser
		if body, err = l.client.Download(ctx, l.token, at.URL); err == nil {
			return body, nil
		}
	}
	if said, is := errors.AsType[*meta.Fault](err); is && failure(said).Verdict == channel.Permanent {
		return nil, gone
	}
	return nil, errs.E(errs.Unavailable, op, err)
}
