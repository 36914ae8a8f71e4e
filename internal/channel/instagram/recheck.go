package instagram

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
)

var _ channel.Rechecking = (*Public)(nil)

// Rechecks bounds what is asked for again: Instagram tells nobody that a comment was edited or removed. Meta counts a call for each.
func (*Public) Rechecks() channel.Rechecks {
	return channel.Rechecks{Every: time.Hour, Most: meta.MaxThings, Within: 14 * 24 * time.Hour}
}

// Recheck asks for comments under posts of ours, and returns a removal of each of which Instagram says that it does not
// exist, and an edit of each that reads otherwise than here. Of what mentions us elsewhere nothing can be asked.
func (a *Public) Recheck(ctx context.Context, account channel.Account, said []channel.Still) ([]channel.Arrival, error) {
	line, err := a.accounts.line(account)
	if err != nil {
		return nil, err
	}
	var here []channel.Still
	var ids []string
	for _, s := range said {
		t, is := thingOf(s.Name)
		under, known := thingOf(s.Post)
		if is && known && t.comment != "" && !t.others && !under.others && under.media != "" {
			here, ids = append(here, s), append(ids, t.comment)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	now, err := line.Client.Things(ctx, meta.Call{Account: line.Account, Token: line.Token}, "id,text", ids)
	if err != nil {
		return nil, meta.Failure(err)
	}
	var gone, all []channel.Arrival
	for _, s := range here {
		t := now[s.Name]
		if t.Gone() {
			gone = append(gone, noticed(account.EntryPoint, fieldGone, s, ""))
		} else if text := words(t); s.Reworded(text) {
			all = append(all, noticed(account.EntryPoint, fieldEdited, s, text))
		}
	}
	if len(gone) == 0 {
		return all, nil
	}
	switch sees := a.accounts.tryPublic(ctx, account); { // Meta says the same of what the token may not see
	case sees.OK:
		return append(all, gone...), nil
	case sees.Passing:
		return all, channel.Fail(channel.Retry, sees.Code, nil)
	}
	return all, nil
}

// words is what a comment says now; empty: nothing, or it is not shown.
func words(t meta.Thing) string {
	var o commented
	if t.Raw == nil || json.Unmarshal(t.Raw, &o) != nil || !isObject(string(o.ID)) {
		return ""
	}
	return o.Text
}

// noticed is a change of a comment that nobody has told, in the form of those that are.
func noticed(p channel.EntryPoint, field string, s channel.Still, text string) channel.Arrival {
	under, _ := thingOf(s.Post) // it was read before
	v := value{ID: meta.ID(s.Name), Media: medium{ID: meta.ID(under.media)}, Text: text}
	if field == fieldEdited {
		v.Created = meta.Number(time.Now().Unix())
	}
	raw, _ := json.Marshal(change{Field: field, Value: v}) //nolint:errchkjson // texts and numbers
	return commentOf(p, raw)
}
