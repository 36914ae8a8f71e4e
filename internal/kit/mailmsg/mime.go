package mailmsg

import (
	"bytes"
	"strings"
)

// part reads a part and those in it. fallback is its media type if it says none.
func (r *reader) part(raw []byte, fallback string, depth int) *Part {
	p := &Part{}
	p.Header, p.body = r.header(raw)
	r.parts++
	p.Type, p.Params = mediaType(p.Header.Raw("Content-Type"), fallback)
	p.disposition, p.dispParams = parseParams(p.Header.Raw("Content-Disposition"))
	p.encoding = p.Header.Token("Content-Transfer-Encoding")
	if strings.HasPrefix(p.Type, "multipart/") {
		r.children(p, depth)
	}
	return p
}

// children opens a multipart. One that has no parts is read as text.
func (r *reader) children(p *Part, depth int) {
	if depth >= r.limits.Depth {
		r.defect(DefectDepth, "")
		return
	}
	boundary := p.Params["boundary"]
	fallback := "text/plain"
	if p.Type == "multipart/digest" {
		fallback = "message/rfc822"
	}
	rest, found := p.body, false
	for boundary != "" {
		body, after, state := cutPart(rest, boundary)
		if found {
			if r.parts >= r.limits.Parts {
				r.defect(DefectParts, "")
				return
			}
			p.Children = append(p.Children, r.part(body, fallback, depth+1))
		}
		if state == partMissing && !found {
			break
		}
		found = true
		if state != partFollows {
			if state == partMissing {
				r.defect(DefectUnclosed, "")
			}
			return
		}
		rest = after
	}
	r.defect(DefectBoundary, "")
	p.Type = "text/plain"
	if bytes.Contains(bytes.ToLower(p.body[:min(len(p.body), 2048)]), []byte("<html")) {
		p.Type = "text/html"
	}
}

// partState is what ends a part.
type partState int

const (
	partMissing partState = iota // nothing: the multipart is open, or has no part at all
	partFollows
	partLast // the closing delimiter
)

// cutPart returns what stands before the next delimiter line, without the line
// end that belongs to it, and what follows it.
func cutPart(raw []byte, boundary string) (body, after []byte, state partState) {
	mark := []byte("--" + boundary)
	for from := 0; ; {
		at := bytes.Index(raw[from:], mark)
		if at < 0 {
			return raw, nil, partMissing
		}
		at += from
		from = at + len(mark)
		if at > 0 && raw[at-1] != '\n' && raw[at-1] != '\r' {
			continue
		}
		line, rest := cutLine(raw[at:])
		switch string(bytes.TrimRight(line[len(mark):], " \t")) {
		case "":
			return trimLineEnd(raw[:at]), rest, partFollows
		case "--":
			return trimLineEnd(raw[:at]), rest, partLast
		}
	}
}

func trimLineEnd(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}

// mediaType reads a Content-Type, however it is written.
func mediaType(raw, fallback string) (string, map[string]string) {
	kind, params := parseParams(raw)
	kind = strings.ReplaceAll(kind, " ", "")
	switch {
	case kind == "":
		return fallback, params
	case kind == "text" || kind == "plain":
		kind = "text/plain"
	case kind == "html":
		kind = "text/html"
	case strings.Count(kind, "/") != 1 || strings.HasPrefix(kind, "/") || strings.HasSuffix(kind, "/") || strings.ContainsFunc(kind, notToken):
		kind = "application/octet-stream"
	}
	return kind, params
}

func notToken(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"[]?=`, r) }
