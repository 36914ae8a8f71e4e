package main

import (
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestTheCommandsStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	call := func(args ...string) (string, error) {
		var out, complaints strings.Builder
		err := run(t.Context(), args, func(string) string { return "" }, streams{strings.NewReader(""), &out, &complaints})
		return out.String() + complaints.String(), err
	}
	list, err := call()
	if !errors.Is(err, flag.ErrHelp) {
		t.Errorf("without a command: %v", err)
	}
	for _, name := range []string{"serve", "demo", "migrate", "user", "doctor"} {
		if !strings.Contains(list, "\n  "+name+" ") {
			t.Errorf("%s is not listed in:\n%s", name, list)
		}
		help, err := call(name, "--help")
		if !errors.Is(err, flag.ErrHelp) || !strings.Contains(help, "ZONGLER_DATA") {
			t.Errorf("%s --help: %v\n%s", name, err, help)
		}
	}
	for _, asked := range []string{"help", "--help", "-h"} {
		if told, err := call(asked); err != nil || told != list {
			t.Errorf("%s: %v\n%s", asked, err, told)
		}
	}
	if _, err := call("dance"); err == nil || !strings.Contains(err.Error(), "dance") {
		t.Errorf("a command that is none: %v", err)
	}
}
