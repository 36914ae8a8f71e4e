package httpx

import (
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// boundsOf says in words what a value must keep to.
func boundsOf(s *huma.Schema) string {
	if s == nil {
		return ""
	}
	var parts []string
	say := func(format string, v any) { parts = append(parts, fmt.Sprintf(format, v)) }
	if len(s.Enum) > 0 {
		say("one of %s", listed(s.Enum))
	}
	if s.Minimum != nil {
		say("at least %v", *s.Minimum)
	}
	if s.Maximum != nil {
		say("at most %v", *s.Maximum)
	}
	if s.MinLength != nil {
		say("%d characters or more", *s.MinLength)
	}
	if s.MaxLength != nil {
		say("%d characters at most", *s.MaxLength)
	}
	if s.MaxItems != nil {
		say("%d items at most", *s.MaxItems)
	}
	if s.PatternDescription != "" {
		say("%s", s.PatternDescription)
	} else if s.Pattern != "" {
		say("like %s", s.Pattern)
	}
	if s.Default != nil {
		say("default %v", s.Default)
	}
	return strings.Join(parts, "; ")
}

func listed(values []any) string {
	texts := make([]string, 0, len(values))
	for _, v := range values {
		texts = append(texts, fmt.Sprint(v))
	}
	return strings.Join(texts, ", ")
}
