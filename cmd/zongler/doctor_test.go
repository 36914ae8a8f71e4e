package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/calendar"
)

func TestTheDoctorSaysWhichYearHasNoMovedDays(t *testing.T) {
	t.Parallel()
	var out, complaints strings.Builder
	args := []string{"doctor", "--data", filepath.Join(t.TempDir(), "data")}
	// Whether the whole is well depends on the desk, without which tests may run.
	_ = run(t.Context(), args, func(string) string { return "" }, streams{strings.NewReader(""), &out, &complaints})
	line := ""
	for text := range strings.Lines(out.String()) {
		if strings.Contains(text, "calendars") {
			line = text
		}
	}
	missing, due := calendar.MissingMoves(time.Now())
	mark := "ok  "
	if due {
		mark = "warn"
	}
	if !strings.HasPrefix(line, mark) || strings.Contains(line, "not known") != (len(missing) > 0) {
		t.Errorf("missing %v, due %v, and it says %q", missing, due, line)
	}
}
