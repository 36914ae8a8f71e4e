package instagram

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/threads"
)

// Bounds of fetching what was said in public. Meta counts calls by how much an account is looked at, so they are few.
const (
	postsPerCall = 10
	postCalls    = 5 // the newest posts
	perCall      = 50
	commentCalls = 10 // under one post
)

// What is asked of a post and of a comment.
const (
	postFields    = "id,caption,media_type,media_url,thumbnail_url,permalink,timestamp,username"
	replyFields   = "id,text,timestamp,username,from,parent_id"
	commentFields = replyFields + ",replies{" + replyFields + "}"
)

// posted is a post as Graph keeps it.
type posted struct {
	ID        meta.ID        `json:"id"`
	Caption   string         `json:"caption"`
	Type      string         `json:"media_type"`
	URL       string         `json:"media_url"`
	Thumbnail string         `json:"thumbnail_url"`
	Permalink string         `json:"permalink"`
	Time      meta.GraphTime `json:"timestamp"`
	Username  string         `json:"username"`
	Comments  struct {
		Data   []commented `json:"data"`
		Paging struct {
			Cursors struct{ After string } `json:"cursors"`
		} `json:"paging"`
	} `json:"comments"`
}

// commented is a comment as Graph keeps it.
type commented struct {
	ID       meta.ID        `json:"id"`
	Text     string         `json:"text"`
	Time     meta.GraphTime `json:"timestamp"`
	Username string         `json:"username"`
	From     *author        `json:"from"`
	Parent   meta.ID        `json:"parent_id"`
	Media    *posted        `json:"media"`
	Replies  struct {
		Data []commented `json:"data"`
	} `json:"replies"`
}

// change is what would tell of a post.
func (o posted) change(others bool) change {
	c := change{Field: fieldPost, Value: value{
		Text: o.Caption, Media: medium{ID: o.ID}, Created: seconds(o.Time), Link: o.Permalink, Picture: o.Thumbnail, Others: others,
	}}
	if c.Value.Picture == "" && o.Type != "VIDEO" {
		c.Value.Picture = o.URL
	}
	if o.Username != "" {
		c.Value.From = &author{Username: o.Username}
	}
	return c
}

// change is what Meta would have posted of a comment under a post of ours.
func (o commented) change(field, post, username string) change {
	c := change{Field: field, Value: value{
		ID: o.ID, Text: o.Text, Parent: o.Parent, From: o.From, Media: medium{ID: meta.ID(post)}, Created: seconds(o.Time),
	}}
	if c.Value.From == nil && o.Username != "" {
		c.Value.From = &author{Username: o.Username}
	}
	if by := c.Value.From; by != nil && username != "" && cmp.Or(by.Username, o.Username) == username {
		c.Value.From = &author{ID: by.ID, Username: username, Self: cmp.Or(by.ID, o.ID)} // the account itself
	}
	return c
}

func seconds(t meta.GraphTime) meta.Number {
	if t.IsZero() {
		return 0
	}
	return meta.Number(t.Unix())
}

// arrival is a change that we have asked for.
func (c change) arrival(p channel.EntryPoint) (channel.Arrival, error) {
	raw, err := json.Marshal(c)
	return commentOf(p, raw), err
}

// Try finds out whether the token of the account suffices for what is public, and has the account tell of that.
func (a *Public) Try(ctx context.Context, account channel.Account) channel.Report {
	return channel.Report{Trials: []channel.Trial{a.accounts.tryPublic(ctx, account)}}
}

// tryPublic says whether a token has what is needed for what everybody reads.
func (a *Adapter) tryPublic(ctx context.Context, account channel.Account) channel.Trial {
	line, err := a.line(account)
	if err != nil {
		return meta.Tried(tryToken, err)
	}
	if line.Client == a.clients.Instagram { // Meta does not tell what such a token may: it is tried
		call := meta.Call{Account: line.Account, Token: line.Token, Path: line.Account + "/media", Query: url.Values{"fields": {"id,comments.limit(1){id}"}, "limit": {"1"}}}
		if err := line.Client.Do(ctx, call, nil); err != nil {
			if meta.Failure(err).Code == "meta.permission" {
				return meta.Lacking(tryPublicStep, "meta.permission", OwnPublicScopes())
			}
			return meta.Tried(tryPublicStep, err)
		}
		missing, err := a.subscribe(ctx, line, publicFields())
		if err != nil {
			return meta.Tried(tryPublicStep, err)
		}
		return meta.Lacking(tryPublicStep, "instagram.unsubscribed", missing)
	}
	said, err := line.Client.Inspect(ctx, line.Token)
	switch {
	case err != nil:
		return meta.Tried(tryToken, err)
	case !said.Valid:
		return channel.Trial{Step: tryToken, Code: "meta.reconnect", Words: said.Words()}
	}
	return meta.Lacking(tryPublicStep, "meta.permission", said.Lacks(PublicScopes()...))
}

// Fetch fetches the comments under the newest posts since everything was here last, a post at a
// time. What mentions the account elsewhere cannot be asked for.
func (a *Public) Fetch(ctx context.Context, account channel.Account, take channel.Take) (string, error) {
	line, err := a.accounts.line(account)
	if err != nil {
		return "", err
	}
	began, since := time.Now(), meta.Since(account)
	posts, err := newest(ctx, line)
	if err != nil {
		return "", meta.Failure(err)
	}
	for _, post := range posts {
		arrived, err := under(ctx, account.EntryPoint, line, post, since)
		if err != nil {
			return "", meta.Failure(err)
		}
		if err := take(ctx, arrived); err != nil {
			return "", err
		}
	}
	return meta.Cursor(began), nil
}

// newest returns the newest posts with the newest comments under each.
func newest(ctx context.Context, l threads.Line) (all []posted, err error) {
	call := meta.Call{Account: l.Account, Token: l.Token, Path: l.Account + "/media", Query: url.Values{
		"fields": {postFields + ",comments.limit(" + strconv.Itoa(perCall) + "){" + commentFields + "}"}, "limit": {strconv.Itoa(postsPerCall)},
	}}
	err = l.Client.Each(ctx, call, postCalls, func(item json.RawMessage) (bool, error) {
		var o posted
		err := json.Unmarshal(item, &o)
		all = append(all, o)
		return true, err
	})
	return all, err
}

// under returns what was said since under a post, the oldest first, after the post itself.
func under(ctx context.Context, p channel.EntryPoint, l threads.Line, post posted, since time.Time) ([]channel.Arrival, error) {
	if !isObject(string(post.ID)) {
		return nil, nil
	}
	all, more := fresh(post.Comments.Data, since)
	if after := post.Comments.Paging.Cursors.After; more && after != "" {
		call := meta.Call{Account: l.Account, Token: l.Token, Path: string(post.ID) + "/comments", Query: url.Values{
			"fields": {commentFields}, "limit": {strconv.Itoa(perCall)}, "after": {after},
		}}
		err := l.Client.Each(ctx, call, commentCalls, func(item json.RawMessage) (bool, error) {
			var o commented
			if err := json.Unmarshal(item, &o); err != nil {
				return false, err
			}
			found, more := fresh([]commented{o}, since)
			all = append(all, found...)
			return more, nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(all) == 0 && post.Time.Before(since) {
		return nil, nil
	}
	slices.SortStableFunc(all, func(a, b commented) int { return a.Time.Compare(b.Time.Time) })
	first, err := post.change(false).arrival(p)
	arrived := []channel.Arrival{first}
	for _, o := range all {
		if err == nil {
			var one channel.Arrival
			one, err = o.change(fieldComments, string(post.ID), l.Username).arrival(p)
			arrived = append(arrived, one)
		}
	}
	return arrived, err
}

// fresh returns those of the newest comments that were written since, with the answers to them,
// and whether there may be more behind them.
func fresh(all []commented, since time.Time) (found []commented, more bool) {
	for _, o := range all {
		if more = !o.Time.Before(since); more {
			found = append(found, o)
		}
		for _, answer := range o.Replies.Data {
			if answer.Parent = cmp.Or(answer.Parent, o.ID); !answer.Time.Before(since) {
				found = append(found, answer)
			}
		}
	}
	return found, more
}

// Above fetches what stands above something that was said under a post of ours.
func (a *Public) Above(ctx context.Context, account channel.Account, post, comment string) ([]channel.Arrival, error) {
	above, is := thingOf(cmp.Or(comment, post))
	under, known := thingOf(post)
	if !is || !known || above.others {
		return nil, nil // what is somebody else's is shown with what mentions us
	}
	line, err := a.accounts.line(account)
	if err != nil {
		return nil, err
	}
	call := meta.Call{Account: line.Account, Token: line.Token, Path: cmp.Or(above.comment, above.media), Query: url.Values{"fields": {postFields}}}
	var c change
	if above.comment != "" {
		call.Query.Set("fields", replyFields)
		var o commented
		err = line.Client.Do(ctx, call, &o)
		c = o.change(fieldLearned, under.media, line.Username)
	} else {
		var o posted
		err = line.Client.Do(ctx, call, &o)
		c = o.change(false)
	}
	if err != nil {
		return nil, meta.Failure(err)
	}
	if _, known := c.thing(); !known {
		return nil, nil
	}
	arrived, err := c.arrival(account.EntryPoint)
	return []channel.Arrival{arrived}, err
}

// Asked fetches what a mention says, of which Instagram tells by name alone, and the post under which it stands.
func (a *Public) Asked(ctx context.Context, account channel.Account, post, comment string) ([]channel.Arrival, error) {
	t, is := thingOf(cmp.Or(comment, post))
	if !is || !t.others {
		return nil, nil
	}
	line, err := a.accounts.line(account)
	if err != nil {
		return nil, err
	}
	named := change{Field: fieldNamed, Value: value{MediaID: meta.ID(t.media), CommentID: meta.ID(t.comment)}}
	if line.Client == a.accounts.clients.Instagram { // there nobody is told what it says; that we were named is told
		arrived, err := named.arrival(account.EntryPoint)
		return []channel.Arrival{arrived}, err
	}
	var said struct {
		Comment *commented `json:"mentioned_comment"`
		Media   *posted    `json:"mentioned_media"`
	}
	fields := "mentioned_media.media_id(" + t.media + "){" + postFields + "}"
	if t.comment != "" {
		fields = "mentioned_comment.comment_id(" + t.comment + "){id,text,timestamp,username,media{id,media_type,media_url}}"
	}
	call := meta.Call{Account: line.Account, Token: line.Token, Path: line.Account, Query: url.Values{"fields": {fields}}}
	if err := line.Client.Do(ctx, call, &said); err != nil {
		return nil, meta.Failure(err)
	}
	return named.with(account.EntryPoint, said.Comment, said.Media)
}

// with returns a mention with its words, after the post above it.
func (c change) with(p channel.EntryPoint, comment *commented, media *posted) (all []channel.Arrival, err error) {
	v := &c.Value
	switch {
	case v.CommentID != "" && comment != nil:
		v.Text, v.Created, v.From = comment.Text, seconds(comment.Time), &author{Username: comment.Username}
		if above := comment.Media; above != nil {
			above.ID = v.MediaID
			post, err := above.change(true).arrival(p)
			if err != nil {
				return nil, err
			}
			all = append(all, post)
		}
	case v.CommentID == "" && media != nil:
		of := media.change(true).Value
		v.Text, v.Created, v.From, v.Link, v.Picture = of.Text, of.Created, of.From, of.Link, of.Picture
	default:
		return nil, nil // it is not shown any more
	}
	said, err := c.arrival(p)
	return append(all, said), err
}
