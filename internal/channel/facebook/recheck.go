package facebook

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/threads"
)

var _ channel.Rechecking = (*Public)(nil)

// Rechecks bounds what is asked for again: two requests, which Meta counts as a hundred calls. It tells of edits and
// removals itself while it reaches us, and tries for 36 hours where it does not.
func (*Public) Rechecks() channel.Rechecks {
	return channel.Rechecks{Every: 6 * time.Hour, Most: 2 * meta.MaxThings, Within: 14 * 24 * time.Hour}
}

// Recheck asks for comments and posts of visitors on the page, and returns a removal of each of which Meta says that it
// does not exist, and an edit of each that reads otherwise than here. What stands elsewhere a page may not read.
func (a *Public) Recheck(ctx context.Context, page channel.Account, said []channel.Still) ([]channel.Arrival, error) {
	line, err := a.pages.line(page)
	if err != nil {
		return nil, err
	}
	var here []channel.Still
	var ids []string
	for _, s := range said {
		if isObject(s.Name) && strings.HasPrefix(s.Post, line.Account+"_") {
			here, ids = append(here, s), append(ids, s.Name)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	now, err := line.Client.Things(ctx, meta.Call{Account: line.Account, Token: line.Token}, "id,message", ids)
	if err != nil {
		return nil, meta.Failure(err)
	}
	var gone, all []channel.Arrival
	for _, s := range here {
		t := now[s.Name]
		if t.Gone() {
			gone = append(gone, noticed(page.EntryPoint, s, map[string]any{"verb": "remove"}))
		} else if text := words(t); s.Reworded(text) {
			all = append(all, noticed(page.EntryPoint, s, map[string]any{"verb": "edited", "message": text, "edited_time": time.Now().Unix()}))
		}
	}
	if len(gone) > 0 { // Meta says the same of what the token may not see
		if sees, err := seesAll(ctx, line); err != nil || !sees {
			return all, err
		}
	}
	return append(all, gone...), nil
}

// words is what a comment or post says now; empty: nothing, or it is not shown.
func words(t meta.Thing) string {
	var o posted
	if t.Raw == nil || json.Unmarshal(t.Raw, &o) != nil || !isObject(o.ID) {
		return ""
	}
	return o.Message
}

// noticed is a change of something as Meta would have posted it.
func noticed(public channel.EntryPoint, s channel.Still, value map[string]any) channel.Arrival {
	value["item"], value["comment_id"], value["post_id"] = "comment", s.Name, s.Post
	raw, _ := json.Marshal(map[string]any{"field": fieldLearned, "value": value}) //nolint:errchkjson // texts and numbers
	return arrivalOf(public, raw)
}

// seesAll reports whether the token is good for all that is public on the page.
func seesAll(ctx context.Context, l threads.Line) (bool, error) {
	said, err := l.Client.Inspect(ctx, l.Token)
	if err != nil {
		return false, meta.Failure(err)
	}
	return said.Valid && len(said.Lacks(PublicScopes()...)) == 0, nil
}
