package telemetry

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

const redacted = "[redacted]"

// NewLogger returns a logger that writes to w. Level is debug, info, warn or
// error; format is text or json. Values under names of secrets are left out.
func NewLogger(w io.Writer, level, format string) (*slog.Logger, error) {
	var threshold slog.Level
	if err := threshold.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("log level %q: write debug, info, warn or error", level)
	}
	options := &slog.HandlerOptions{Level: threshold, ReplaceAttr: redact}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return nil, fmt.Errorf("log format %q: write text or json", format)
}

// redact hides values under names of secrets, and passwords inside addresses.
func redact(groups []string, a slog.Attr) slog.Attr {
	if secret(a.Key) || slices.ContainsFunc(groups, secret) {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, withoutPasswords(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case error:
			return slog.String(a.Key, withoutPasswords(v.Error()))
		case fmt.Stringer:
			return slog.String(a.Key, withoutPasswords(v.String()))
		}
	default:
	}
	return a
}

// secret reports whether a name promises something that must not be read in a log.
func secret(name string) bool {
	name = strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
	for _, part := range []string{"password", "passwd", "secret", "token", "apikey", "authorization", "cookie", "credential", "privatekey"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// withoutPasswords hides the password in every scheme://user:password@host of s,
// and what follows the word Bearer.
func withoutPasswords(s string) string {
	s = hideBetween(s, "Bearer ", " ")
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "://")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("://")
		end := strings.IndexAny(after, "/ \"'?#\n")
		if end < 0 {
			end = len(after)
		}
		authority := after[:end]
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			user, _, _ := strings.Cut(authority[:at], ":")
			authority = user + ":" + redacted + authority[at:]
		}
		b.WriteString(authority)
		s = after[end:]
	}
}

// hideBetween replaces what stands after each from, up to the next to or the end.
func hideBetween(s, from, to string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, from)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString(from + redacted)
		_, rest, more := strings.Cut(after, to)
		if !more {
			return b.String()
		}
		s = to + rest
	}
}
