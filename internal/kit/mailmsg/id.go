package mailmsg

import "strings"

// NormalizeID returns a message id as it is stored and compared: without
// brackets, comments and white space, the part behind the last @ in lower case.
// It returns "" for what is no id, so that an empty id never matches another.
func NormalizeID(text string) string {
	text = strings.TrimSpace(text)
	if open := strings.IndexByte(text, '<'); open >= 0 {
		text, _, _ = strings.Cut(text[open+1:], ">")
	}
	text = strings.Map(func(r rune) rune {
		if r <= ' ' || unprintable(r) || r == '<' || r == '>' {
			return -1
		}
		return r
	}, text)
	if text == "" || len(text) > maxID {
		return ""
	}
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	if at == 0 && len(text) == 1 {
		return ""
	}
	return text[:at] + strings.ToLower(text[at:])
}

// parseIDs reads the ids of a References or In-Reply-To field, each once, in
// their order. Words without brackets count only if they have an @: old
// programs write sentences here.
func parseIDs(text string) []string {
	var ids []string
	seen := map[string]bool{}
	add := func(raw string) {
		if id := NormalizeID(raw); id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for text != "" {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '>')
		if end < 0 {
			break
		}
		add(text[open : open+end+1])
		text = text[open+end+1:]
	}
	if len(ids) == 0 {
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r <= ' ' || r == ',' }) {
			if strings.Contains(word, "@") {
				add(word)
			}
		}
	}
	return ids
}
