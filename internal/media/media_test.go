package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// scanner finds a virus in what says so.
type scanner struct{ down bool }

func (s scanner) Scan(_ context.Context, r io.Reader) (media.Verdict, error) {
	if s.down {
		return "", errors.New("no answer")
	}
	data, err := io.ReadAll(r)
	if bytes.Contains(data, []byte("EICAR")) {
		return media.Infected, err
	}
	return media.Clean, err
}

func newService(t *testing.T, d *db.DB, s media.Scanner) (*media.Service, blob.Store) {
	t.Helper()
	blobs, err := blob.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return media.New(d, blobs, s, slog.New(slog.DiscardHandler)), blobs
}

func as(t *testing.T, user id.User) context.Context {
	t.Helper()
	return actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: 1, User: user})
}

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// claims returns a PNG that says it is larger than it is.
func claims(data []byte, width, height uint32) []byte {
	data = bytes.Clone(data)
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[20:], height)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func TestWhatAFileIsDecidesItsBytes(t *testing.T) {
	t.Parallel()
	s, _ := newService(t, dbtest.SQLite(t), scanner{})
	zip := []byte("PK\x03\x04 and more")
	cases := []struct {
		name, file string
		data       []byte
		want       string // type, or the code of the refusal
	}{
		{"a picture", "kép.png", picture(t, 2, 2), "image/png"},
		{"a picture that says it is a document", "umowa.pdf", picture(t, 2, 2), "image/png"},
		{"a document", "umowa.pdf", []byte("%PDF-1.7"), "application/pdf"},
		{"a text", "notes", []byte("Zażółć gęślą jaźń"), "text/plain"},
		{"a table", "raport.csv", []byte("a;b\n1;2\n"), "text/csv"},
		{"a table of an old Windows", "raport.csv", []byte("Za\xbf\xf3\xb3\xe6;1\n"), "text/csv"},
		{"a letter with a page in it", "list.eml", []byte("From: anna@example.com\r\n\r\n<html><body>"), "message/rfc822"},
		{"a voice message", "a.aac", []byte("\xff\xf1\x50\x80"), "audio/aac"},
		{"a word document", "list.docx", zip, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"an archive", "a.zip", zip, "application/zip"},
		{"an old document", "a.doc", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1..."), "application/msword"},
		{"a phone's picture", "IMG.HEIC", []byte("\x00\x00\x00\x18ftypheic...."), "image/heic"},
		{"a page named as a picture", "a.png", []byte("<!DOCTYPE html><script>alert(1)</script>"), "attachment.refused"},
		{"a drawing with scripts in it", "a.txt", []byte("<?xml version='1.0'?><svg xmlns='x'><script/></svg>"), "attachment.refused"},
		{"a script named as a text", "a.txt", []byte("#!/bin/sh\nrm -rf /"), "attachment.refused"},
		{"a program", "a.txt", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00"), "attachment.refused"},
		{"a text named as a program", "a.bat", []byte("hello"), "attachment.refused"},
		{"a document with macros", "a.docm", zip, "attachment.refused"},
		{"nothing", "a.txt", nil, "attachment.empty"},
		{"too much", "a.txt", bytes.Repeat([]byte("a"), media.MaxSize+1), "attachment.size"},
		{"a virus", "a.txt", []byte("EICAR"), "attachment.infected"},
	}
	for _, c := range cases {
		file, err := s.Upload(as(t, 5), c.file, bytes.NewReader(c.data))
		got := file.Type
		if err != nil {
			got = errs.CodeOf(err)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q, %v", c.name, got, c.want, err)
		}
	}
}

func TestAScannerThatIsDownLetsNothingPass(t *testing.T) {
	t.Parallel()
	s, _ := newService(t, dbtest.SQLite(t), scanner{down: true})
	if _, err := s.Upload(as(t, 5), "a.txt", strings.NewReader("a")); !errs.Is(errs.Unavailable, err) {
		t.Errorf("%v", err)
	}
}

func TestPicturesGetBoundedPreviews(t *testing.T) {
	t.Parallel()
	s, _ := newService(t, dbtest.SQLite(t), nil)
	cases := []struct {
		name          string
		data          []byte
		width, height int // of the preview; 0: there is none
	}{
		{"wide", picture(t, 1000, 10), 480, 4},
		{"small", picture(t, 30, 20), 30, 20},
		{"a line", picture(t, 2000, 1), 480, 1},
		{"too many pixels", claims(picture(t, 4, 4), 100_000, 100_000), 0, 0},
		{"broken", picture(t, 40, 40)[:60], 0, 0},
	}
	for _, c := range cases {
		file, err := s.Upload(as(t, 5), "a.png", bytes.NewReader(c.data))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		r, err := s.Open(t.Context(), file, true)
		if c.width == 0 {
			if !errs.Is(errs.NotFound, err) || file.Previewed() {
				t.Errorf("%s: %+v %v", c.name, file, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		config, kind, err := image.DecodeConfig(r)
		r.Close()
		if err != nil || kind != "jpeg" || config.Width != c.width || config.Height != c.height {
			t.Errorf("%s: %s %dx%d %v", c.name, kind, config.Width, config.Height, err)
		}
	}
}

func TestAFileGoesToOneMessageOfItsOwner(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := newService(t, d, nil)
		ctx := as(t, 5)
		var files []id.Attachment
		for range 6 {
			f, err := s.Upload(ctx, "a.txt", strings.NewReader("a"))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f.ID)
		}
		attach := func(ctx context.Context, files ...id.Attachment) (found []media.Attachment, err error) {
			err = d.Update(ctx, func(tx *db.Tx) error {
				found, err = s.Attach(ctx, tx, media.Use{Conversation: 7, Entry: 8, Files: files})
				return err
			})
			return found, err
		}
		if _, err := attach(ctx, files...); errs.CodeOf(err) != "attachment.count" {
			t.Errorf("six files give %v", err)
		}
		if _, err := attach(as(t, 6), files[0]); errs.CodeOf(err) != "attachment.gone" {
			t.Errorf("another's file gives %v", err)
		}
		got, err := attach(ctx, files[1], files[0])
		if err != nil || got[0].ID != files[1] || got[1].ID != files[0] {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := attach(ctx, files[2], files[0]); errs.CodeOf(err) != "attachment.gone" {
			t.Errorf("a file twice gives %v", err)
		}
		if f, err := s.Find(ctx, files[2]); err != nil || f.ConversationID != 0 {
			t.Errorf("a refused message has taken a file: %+v %v", f, err)
		}
		if _, err := s.Find(actor.With(ctx, actor.ForSystem(2)), files[0]); !errs.Is(errs.NotFound, err) {
			t.Errorf("another tenant's file gives %v", err)
		}
	})
}

func TestSweepRemovesWhatNoMessageNamed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, blobs := newService(t, d, nil)
		ctx := as(t, 5)
		upload := func() media.Attachment {
			f, err := s.Upload(ctx, "a.png", bytes.NewReader(picture(t, 3, 3)))
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		old, used, fresh := upload(), upload(), upload()
		err := d.Update(ctx, func(tx *db.Tx) error {
			if _, err := s.Attach(ctx, tx, media.Use{Conversation: 7, Entry: 8, Files: []id.Attachment{used.ID}}); err != nil {
				return err
			}
			_, err := db.Exec(ctx, tx, `UPDATE attachment SET created_at = 1 WHERE id IN ($1, $2)`, old.ID, used.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Sweep(ctx, media.SweepJob{}); err != nil {
			t.Fatal(err)
		}
		discard(t, d, s)
		for _, c := range []struct {
			file media.Attachment
			kept bool
		}{{old, false}, {used, true}, {fresh, true}} {
			_, err := s.Find(ctx, c.file.ID)
			_, stat := blobs.Stat(ctx, c.file.PreviewKey)
			if (err == nil) != c.kept || (stat == nil) != c.kept {
				t.Errorf("kept %v: row %v, bytes %v", c.kept, err, stat)
			}
		}
	})
}

func TestDownloadsDoNoHarm(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, kind, want string }{
		{"kép \"1\".png", "image/png", `inline; filename="k_p _1_.png"; filename*=UTF-8''k%C3%A9p%20%221%22.png`},
		{"a.pdf", "application/pdf", `attachment; filename=a.pdf; filename*=UTF-8''a.pdf`},
		{"a.txt", "text/plain", `attachment; filename=a.txt; filename*=UTF-8''a.txt`},
	}
	for _, c := range cases {
		h := media.Attachment{Name: c.name, Type: c.kind}.Download()
		if h.Disposition != c.want || !strings.Contains(h.Policy, "sandbox") || h.Type != c.kind {
			t.Errorf("%s: %+v", c.name, h)
		}
	}
}

func FuzzUpload(f *testing.F) {
	f.Add("a.png", []byte("\x89PNG\r\n\x1a\n"))
	f.Add("../../x\x00.exe", []byte("GIF89a"))
	d := dbtest.SQLite(f)
	blobs, err := blob.OpenFolder(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	s := media.New(d, blobs, nil, slog.New(slog.DiscardHandler))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		file, err := s.Upload(as(t, id.New[id.User]()), name, bytes.NewReader(data))
		if err != nil {
			if !errs.Is(errs.Invalid, err) {
				t.Error(err)
			}
			return
		}
		if strings.ContainsAny(file.Name, "/\\\x00\n") || len([]rune(file.Name)) > media.MaxName {
			t.Errorf("name %q", file.Name)
		}
	})
}
