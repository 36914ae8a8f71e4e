package mastodon

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/media"
)

// What a server carries that does not say otherwise, from the documents of Mastodon.
const (
	defaultCharacters = 500
	defaultLink       = 23 // characters as which an address counts
	defaultFiles      = 4
	mentionRoom       = 32 // characters: the @name of who is answered; its server is not counted
	leastText         = 100
)

// Who reads our answers.
const (
	asAsked  = "asked"    // who read the question
	unlisted = "unlisted" // everybody, and no list of new things shows it
)

// Settings is what an entry point of the channel keeps as its config. What stands below
// Answers was found out when the account was proven.
type Settings struct {
	Server  string `json:"server"`
	Answers string `json:"answers,omitempty"`

	Account    string   `json:"account,omitempty"` // the server's id of it
	Domain     string   `json:"domain,omitempty"`  // what stands behind the @ of its people
	Stream     string   `json:"stream,omitempty"`  // where the stream is; empty: at the server
	Characters int      `json:"characters,omitempty"`
	Link       int      `json:"link,omitempty"`
	Files      int      `json:"files,omitempty"`
	FileBytes  int64    `json:"file_bytes,omitempty"`
	Types      []string `json:"types,omitempty"`
	Keyed      bool     `json:"keyed,omitempty"`  // it is known to take the same key for the same status
	Blocks     bool     `json:"blocks,omitempty"` // the token is good for blocking
}

func parseSettings(config []byte) (Settings, error) {
	s := Settings{}
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("mastodon.parseSettings", errs.Field{Path: "settings", Code: "type.object"})
	}
	return s, nil
}

// settingsOf returns the settings of an entry point, which were checked.
func settingsOf(p channel.EntryPoint) Settings {
	s, _ := parseSettings(p.Config) // what was checked can be read
	return s
}

// config returns s as it is kept.
func (s Settings) config() []byte {
	raw, _ := json.Marshal(s) // it is made of texts and numbers
	return raw
}

// CheckConfig checks settings and returns them in their normal form.
func (*Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := parseSettings(config)
	if err != nil {
		return nil, err
	}
	if s.Answers != unlisted {
		s.Answers = asAsked
	}
	return json.Marshal(s)
}

// instance is what a server says of itself, in the words of both versions of the question.
type instance struct {
	Domain  string `json:"domain"`
	URI     string `json:"uri"` // of version 1
	Source  string `json:"source_url"`
	Version string `json:"version"`
	URLs    struct {
		Stream string `json:"streaming_api"` // of version 1
	} `json:"urls"`
	Can struct {
		URLs struct {
			Stream string `json:"streaming"`
		} `json:"urls"`
		Statuses struct {
			Characters int `json:"max_characters"`
			Files      int `json:"max_media_attachments"`
			Link       int `json:"characters_reserved_per_url"`
		} `json:"statuses"`
		Media struct {
			Types []string `json:"supported_mime_types"`
			Image int64    `json:"image_size_limit"`
			Video int64    `json:"video_size_limit"`
		} `json:"media_attachments"`
	} `json:"configuration"`
}

// learn keeps what a server says of itself.
func (s *Settings) learn(i instance, at *url.URL) {
	s.Server = at.String()
	s.Domain = strings.ToLower(i.Domain)
	if s.Domain == "" {
		s.Domain = strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(i.URI, "https://"), "http://"))
	}
	if s.Domain == "" {
		s.Domain = at.Host
	}
	s.Stream = ""
	for _, said := range []string{i.URLs.Stream, i.Can.URLs.Stream} {
		if u, err := url.Parse(said); err == nil && u.Host != "" && (u.Scheme == "wss" || u.Scheme == "ws" && at.Scheme == "http") {
			s.Stream = u.Scheme + "://" + u.Host + strings.TrimSuffix(u.Path, "/")
		}
	}
	s.Characters, s.Link, s.Files = i.Can.Statuses.Characters, i.Can.Statuses.Link, i.Can.Statuses.Files
	s.FileBytes = min(media.MaxSize, max(i.Can.Media.Image, i.Can.Media.Video))
	s.Types = nil
	for _, kind := range i.Can.Media.Types {
		if len(s.Types) < maxTypes && len(kind) <= maxType && !slices.Contains(s.Types, kind) {
			s.Types = append(s.Types, kind)
		}
	}
	s.Keyed = keyed(i)
}

// Bounds of what is kept of a server's list of media types.
const (
	maxTypes = 60
	maxType  = 100
)

// keyed reports whether a server is one of those that take a status once that is sent
// twice under one key. Others only say that they speak like Mastodon.
func keyed(i instance) bool {
	said := strings.ToLower(i.Source + " " + i.Version)
	if strings.Contains(said, "gotosocial") {
		return false
	}
	return slices.ContainsFunc([]string{"mastodon", "pleroma", "akkoma"}, func(known string) bool { return strings.Contains(said, known) })
}

// filled returns s with what is usual in place of what the server has not said.
func (s Settings) filled() Settings {
	for at, usual := range map[*int]int{&s.Characters: defaultCharacters, &s.Link: defaultLink, &s.Files: defaultFiles} {
		if *at <= 0 {
			*at = usual
		}
	}
	if s.FileBytes <= 0 {
		s.FileBytes = media.MaxSize
	}
	return s
}
