package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/threads"
)

// Bounds of fetching what was said in public.
const (
	perCall      = 50 // posts or comments
	postCalls    = 4  // of the list of posts: the newest ones
	commentCalls = 20
)

// Try finds out whether the token of the page suffices for what is public on it.
func (a *Public) Try(ctx context.Context, page channel.Account) channel.Report {
	said, err := a.pages.client.Inspect(ctx, page.Secrets[secretToken])
	trial := meta.Lacking(tryPermissions, "meta.permission", said.Lacks(PublicScopes()...))
	switch {
	case err != nil:
		trial = meta.Tried(tryToken, err)
	case !said.Valid:
		trial = channel.Trial{Step: tryToken, Code: "meta.reconnect", Words: said.Words()}
	}
	return channel.Report{Trials: []channel.Trial{trial}}
}

// Fetch fetches the posts and comments since everything was here last, a post at a time.
func (a *Public) Fetch(ctx context.Context, page channel.Account, take channel.Take) (string, error) {
	line, err := a.pages.line(page)
	if err != nil {
		return "", err
	}
	began, since := time.Now(), meta.Since(page)
	for _, source := range sources() {
		changed, err := source.changed(ctx, line, since)
		if err != nil {
			return "", meta.Failure(err)
		}
		for _, post := range changed {
			arrived, err := source.under(ctx, page.EntryPoint, line, post, since)
			if err != nil {
				return "", meta.Failure(err)
			}
			if err := take(ctx, arrived); err != nil {
				return "", err
			}
		}
	}
	return meta.Cursor(began), nil
}

// source is a list of posts that a page has at Graph: its own and those of visitors, those that mention it, its reviews.
type source struct {
	edge, fields string
	field, item  string // of the change that tells of one
}

func sources() []source {
	return []source{
		{"feed", postFields, fieldFeed, "status"},
		{"tagged", taggedFields, fieldMention, "post"},
		{"ratings", ratingFields, fieldRatings, "rating"},
	}
}

// postFields and commentFields are what is read of a post and of a comment.
const (
	postFields    = "id,created_time,updated_time,message,story,from,permalink_url,full_picture"
	commentFields = "id,created_time,message,from,parent{id},attachment,permalink_url"
	taggedFields  = "id,created_time,updated_time,message,story,from,permalink_url"
	ratingFields  = "created_time,recommendation_type,rating,review_text,reviewer,open_graph_story{id}"
)

// changed returns the posts under which something was said since, among the newest ones. Of a review nobody is told when it was answered last.
func (f source) changed(ctx context.Context, l threads.Line, since time.Time) (all []posted, err error) {
	call := meta.Call{Account: l.Account, Token: l.Token, Path: l.Account + "/" + f.edge, Query: url.Values{"fields": {f.fields}, "limit": {strconv.Itoa(perCall)}}}
	err = l.Client.Each(ctx, call, postCalls, func(item json.RawMessage) (bool, error) {
		var o posted
		if err := json.Unmarshal(item, &o); err != nil {
			return false, err
		}
		if o.Reviewed != nil {
			o.ID = o.Reviewed.ID
		}
		if isObject(o.ID) && (!o.Updated.Before(since) || !o.Created.Before(since)) {
			all = append(all, o)
		}
		return true, nil
	})
	return all, err
}

// under returns what was said since under a post, the oldest first, with the post itself if it is new.
func (f source) under(ctx context.Context, public channel.EntryPoint, l threads.Line, post posted, since time.Time) ([]channel.Arrival, error) {
	var all []channel.Arrival
	add := func(raw []byte) { all = append([]channel.Arrival{arrivalOf(public, raw)}, all...) }
	call := meta.Call{Account: l.Account, Token: l.Token, Path: post.ID + "/comments", Query: url.Values{
		"fields": {commentFields}, "filter": {"stream"}, "order": {"reverse_chronological"}, "limit": {strconv.Itoa(perCall)},
	}}
	err := l.Client.Each(ctx, call, commentCalls, func(item json.RawMessage) (bool, error) {
		var o posted
		if err := json.Unmarshal(item, &o); err != nil {
			return false, err
		}
		if o.Created.Before(since) {
			return false, nil
		}
		raw, err := o.change(fieldFeed, "comment", post.ID)
		if err == nil {
			add(raw)
		}
		return true, err
	})
	if err != nil || post.Created.Before(since) {
		return all, err
	}
	raw, err := post.change(f.field, f.item, post.ID)
	if err == nil {
		add(raw)
	}
	return all, err
}

// Above fetches what stands above something that was said in public.
func (a *Public) Above(ctx context.Context, page channel.Account, post, comment string) ([]channel.Arrival, error) {
	thing, item, fields := post, "status", postFields
	if comment != "" {
		thing, item, fields = comment, "comment", commentFields
	}
	if !isObject(thing) {
		return nil, nil
	}
	line, err := a.pages.line(page)
	if err != nil {
		return nil, err
	}
	var o posted
	call := meta.Call{Account: line.Account, Token: line.Token, Path: thing, Query: url.Values{"fields": {fields}}}
	if err := line.Client.Do(ctx, call, &o); err != nil {
		return nil, meta.Failure(err)
	}
	if o.ID == "" {
		return nil, nil
	}
	raw, err := o.change(fieldLearned, item, post)
	if err != nil {
		return nil, meta.Failure(err)
	}
	return []channel.Arrival{arrivalOf(page.EntryPoint, raw)}, nil
}
