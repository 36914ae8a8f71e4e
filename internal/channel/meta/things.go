package meta

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// MaxThings is how many things Graph reads in one request. It counts each as a call.
const MaxThings = 50

// Thing is what Graph says of something that it was asked for by its id. One of which it says nothing is zero.
type Thing struct {
	Raw   json.RawMessage // as Graph keeps it
	Fault *Fault          // why it is not shown
}

// Gone reports whether Graph says that it does not exist. It says the same where a token may not see it.
func (t Thing) Gone() bool {
	return t.Fault != nil && t.Fault.Code == codeParameter && t.Fault.Subcode == subNoObject
}

// Things reads fields of things by their ids, which can be a part of an address, and returns what Graph says of each.
// That a limit is near or reached, or the token is not taken, ends it: it is then the error, for all this can wait.
// Version 26 of Graph has no parameter for several ids any more; in its place several requests go in one.
func (c *Client) Things(ctx context.Context, call Call, fields string, ids []string) (map[string]Thing, error) {
	all := make(map[string]Thing, len(ids))
	for some := range slices.Chunk(ids, MaxThings) {
		if wait := c.usage.wait(call.Account, time.Now()); wait > 0 {
			return nil, &Fault{Status: http.StatusTooManyRequests, Code: codePageLimit, Message: "left alone, near its limit", After: wait}
		}
		said, err := c.several(ctx, call, fields, some)
		if err != nil {
			return nil, err
		}
		for i, id := range some {
			if f := said[i].Fault; f != nil && (limit(f.Code) || f.Code == codeToken || f.Code == codeSession) {
				return nil, f
			}
			all[id] = said[i]
		}
	}
	return all, nil
}

// request is one of several that go in one.
type request struct {
	Method string `json:"method"`
	URL    string `json:"relative_url"`
}

// response is what Graph answers to one of them.
type response struct {
	Code int    `json:"code"`
	Body string `json:"body"`
}

// several reads some things: in one request, or one after another where the host does not know that.
func (c *Client) several(ctx context.Context, call Call, fields string, ids []string) ([]Thing, error) {
	asked := url.Values{"fields": {fields}}
	if c.Unproven { // graph.instagram.com documents no batches
		return c.each(ctx, call, asked, ids)
	}
	wanted := make([]request, len(ids))
	for i, id := range ids {
		wanted[i] = request{http.MethodGet, id + "?" + asked.Encode()}
	}
	call.Method, call.Path, call.Body = http.MethodPost, "", map[string]any{"batch": wanted, "include_headers": false}
	var said []*response
	if err := c.Do(ctx, call, &said); err != nil {
		return nil, err
	}
	things := make([]Thing, len(ids))
	for i := range min(len(said), len(ids)) {
		if said[i] != nil { // else there was no time for it
			things[i] = said[i].thing()
		}
	}
	return things, nil
}

// each reads things one after another.
func (c *Client) each(ctx context.Context, call Call, asked url.Values, ids []string) ([]Thing, error) {
	things := make([]Thing, len(ids))
	for i, id := range ids {
		call.Path, call.Query = id, asked
		err := c.Do(ctx, call, &things[i].Raw)
		if f, is := errors.AsType[*Fault](err); is {
			things[i].Fault = f
			if limit(f.Code) {
				return nil, f
			}
		} else if err != nil {
			return nil, err
		}
	}
	return things, nil
}

// thing is what a response says of its thing.
func (r response) thing() Thing {
	var said struct {
		Error *graphError `json:"error"`
	}
	switch err := json.Unmarshal([]byte(r.Body), &said); {
	case said.Error != nil || r.Code/100 != 2:
		return Thing{Fault: said.Error.fault(r.Code)}
	case err != nil:
		return Thing{}
	}
	return Thing{Raw: json.RawMessage(r.Body)}
}
