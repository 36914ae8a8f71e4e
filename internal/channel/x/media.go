package x

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Times and bounds of bringing a file.
const (
	segmentBytes = 1 << 20
	workWithin   = 40 * time.Second // what X does with a film
	mostChecks   = 20
	longestCheck = 10 * time.Second
)

// uploadAll brings the files of an answer to X, and returns its names of them.
func (l line) uploadAll(ctx context.Context, out channel.Outgoing, purpose string) ([]string, error) {
	var all []string
	for _, f := range out.Attachments {
		name, err := l.upload(ctx, out, f, purpose)
		if err != nil {
			return nil, err
		}
		all = append(all, name)
	}
	return all, nil
}

// categoryOf says in X's words what a file is for.
func categoryOf(kind, purpose string) string {
	switch {
	case kind == "image/gif":
		return purpose + "_gif"
	case strings.HasPrefix(kind, "video/"):
		return purpose + "_video"
	}
	return purpose + "_image"
}

// uploaded is what X says of a file.
type uploaded struct {
	Data struct {
		ID   string `json:"id"`
		Work struct {
			State string `json:"state"`
			After int    `json:"check_after_secs"`
		} `json:"processing_info"`
	} `json:"data"`
}

// upload brings a file piece by piece, and waits until X has done with it.
func (l line) upload(ctx context.Context, out channel.Outgoing, f channel.File, purpose string) (string, error) {
	content, err := out.Open(ctx, f)
	if err != nil {
		return "", &outhttp.Lost{Err: err}
	}
	defer content.Close() // it was read
	var at uploaded
	err = l.do(ctx, call{method: http.MethodPost, path: "2/media/upload/initialize", body: map[string]any{
		"media_type": f.Type, "media_category": categoryOf(f.Type, purpose), "total_bytes": f.Size,
	}}, &at)
	if err == nil && !isID(at.Data.ID) {
		err = &outhttp.Lost{Began: true, Err: errors.New("a file without a name")}
	}
	if err != nil {
		return "", err
	}
	name := at.Data.ID
	if err := l.bring(ctx, name, content); err != nil {
		return "", err
	}
	err = l.do(ctx, call{method: http.MethodPost, path: "2/media/upload/" + name + "/finalize", route: "2/media/upload/id/finalize"}, &at)
	if err != nil {
		return "", err
	}
	return name, l.worked(ctx, name, at)
}

// bring brings the bytes of a file.
func (l line) bring(ctx context.Context, name string, content io.Reader) error {
	piece := make([]byte, segmentBytes)
	for i := 0; ; i++ {
		n, err := io.ReadFull(content, piece)
		if n > 0 {
			if err := l.append(ctx, name, i, piece[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return &outhttp.Lost{Err: err}
		}
	}
}

func (l line) append(ctx context.Context, name string, index int, piece []byte) error {
	form, kind, err := outhttp.Form(map[string]string{"segment_index": strconv.Itoa(index)}, outhttp.File{
		Field: "media", Name: "blob", Type: "application/octet-stream", Body: bytes.NewReader(piece),
	})
	if err != nil {
		return &outhttp.Lost{Err: err}
	}
	return l.do(ctx, call{
		method: http.MethodPost, path: "2/media/upload/" + name + "/append", route: "2/media/upload/id/append", raw: form, kind: kind,
	}, nil)
}

// worked waits until X has done with a file.
func (l line) worked(ctx context.Context, name string, at uploaded) error {
	ctx, cancel := context.WithTimeout(ctx, workWithin)
	defer cancel()
	for range mostChecks {
		switch at.Data.Work.State {
		case "", "succeeded":
			return nil
		case "failed":
			return channel.Fail(channel.Permanent, "x.file_refused", nil)
		}
		lanes.Pause(ctx, nil, min(time.Duration(max(at.Data.Work.After, 1))*time.Second, longestCheck))
		if ctx.Err() != nil {
			break
		}
		at = uploaded{}
		q := url.Values{"media_id": {name}, "command": {"STATUS"}}
		if err := l.do(ctx, call{path: "2/media/upload", query: q}, &at); err != nil {
			return err
		}
	}
	return channel.Fail(channel.Retry, "x.file_waits", nil)
}
