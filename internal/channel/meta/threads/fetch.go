package threads

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/messaging"
)

// Bounds of fetching.
const (
	perCall  = 50 // conversations or messages
	maxCalls = 40 // of one list
	newest   = 20 // messages of a thread of which Instagram tells
)

// Fetch gives take what was written in the threads of a platform ("messenger", "instagram")
// since everything was here, a thread at a time, and returns the new cursor. Of threads that have changed it fetches the newest 2 000.
func (l Line) Fetch(ctx context.Context, platform string, at messaging.At, a channel.Account, take channel.Take) (string, error) {
	began, since := time.Now(), meta.Since(a)
	changed, err := l.changed(ctx, platform, since)
	if err != nil {
		return "", meta.Failure(err)
	}
	for _, thread := range changed {
		raws, err := l.written(ctx, thread, since)
		if err != nil {
			return "", meta.Failure(err)
		}
		arrived := make([]channel.Arrival, len(raws))
		for i, raw := range raws {
			arrived[i] = messaging.Arrival(at, raw)
		}
		if err := take(ctx, arrived); err != nil {
			return "", err
		}
	}
	return meta.Cursor(began), nil
}

// changed returns the conversations in which something was written since, the newest first.
func (l Line) changed(ctx context.Context, platform string, since time.Time) (found []string, err error) {
	call := meta.Call{Account: l.Account, Token: l.Token, Path: l.Node + "/conversations", Query: url.Values{
		"platform": {platform}, "fields": {"id,updated_time"}, "limit": {strconv.Itoa(perCall)},
	}}
	err = l.Client.Each(ctx, call, maxCalls, func(item json.RawMessage) (bool, error) {
		var c struct {
			ID      string         `json:"id"`
			Updated meta.GraphTime `json:"updated_time"`
		}
		if err := json.Unmarshal(item, &c); err != nil {
			return false, err
		}
		if c.Updated.Before(since) {
			return false, nil
		}
		found = append(found, c.ID)
		return true, nil
	})
	return found, err
}

// stored is a message as Graph keeps it.
type stored struct {
	ID      string         `json:"id"`
	Created meta.GraphTime `json:"created_time"`
	Text    string         `json:"message"`
	Sticker string         `json:"sticker"`
	From    struct {
		ID       string `json:"id"`
		Username string `json:"username"` // at Instagram
	} `json:"from"`
	To struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	} `json:"to"`
	Attachments struct {
		Data []struct {
			Type  string `json:"mime_type"`
			File  string `json:"file_url"`
			Image struct {
				URL string `json:"url"`
			} `json:"image_data"`
			Video struct {
				URL string `json:"url"`
			} `json:"video_data"`
		} `json:"data"`
	} `json:"attachments"`
}

// written returns the messages of a conversation since, the oldest first, as Meta would have posted them.
func (l Line) written(ctx context.Context, thread string, since time.Time) ([][]byte, error) {
	fields, limit, calls := "id,created_time,from,to,message,sticker,attachments{mime_type,file_url,image_data,video_data}", perCall, maxCalls
	if l.Instagram {
		fields, limit, calls = "id,created_time,from,to,message,attachments{mime_type,file_url,image_data,video_data}", newest, 1
	}
	call := meta.Call{Account: l.Account, Token: l.Token, Path: url.PathEscape(thread) + "/messages", Query: url.Values{
		"fields": {fields}, "limit": {strconv.Itoa(limit)},
	}}
	var all [][]byte
	err := l.Client.Each(ctx, call, calls, func(item json.RawMessage) (bool, error) {
		var m stored
		if err := json.Unmarshal(item, &m); err != nil {
			return false, err
		}
		if m.Created.Before(since) {
			return false, nil
		}
		raw, err := m.posted(l)
		if err == nil && raw != nil {
			all = append(all, raw)
		}
		return true, err
	})
	slices.Reverse(all)
	return all, err
}

// posted is the event that a message would have been; nil where it says not between whom it was.
func (m stored) posted(l Line) ([]byte, error) {
	if m.ID == "" || m.From.ID == "" || len(m.To.Data) == 0 {
		return nil, nil
	}
	said := map[string]any{"mid": m.ID}
	if m.Text != "" {
		said["text"] = m.Text
	}
	if m.From.ID == l.Account || l.Username != "" && m.From.Username == l.Username {
		m.From.ID, said["is_echo"] = l.Account, true
	}
	var files []map[string]any
	add := func(kind, at string) {
		if at != "" {
			files = append(files, map[string]any{"type": kind, "payload": map[string]string{"url": at}})
		}
	}
	for _, a := range m.Attachments.Data {
		switch {
		case a.Image.URL != "":
			add("image", a.Image.URL)
		case a.Video.URL != "":
			add("video", a.Video.URL)
		default:
			add(KindOf(a.Type), a.File)
		}
	}
	add("sticker", m.Sticker)
	if len(files) > 0 {
		said["attachments"] = files
	}
	return json.Marshal(map[string]any{
		"sender": map[string]string{"id": m.From.ID}, "recipient": map[string]string{"id": m.To.Data[0].ID},
		"timestamp": m.Created.UnixMilli(), "message": said,
	})
}
