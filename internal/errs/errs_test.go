package errs_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/zongler/zongler/internal/errs"
)

func TestErrorKeepsKindCodeAndCauseThroughLayers(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	inner := &errs.Error{Kind: errs.Conflict, Op: "routing.Accept", Code: "offer.taken", Err: cause}
	err := errs.Op("desk.Accept", fmt.Errorf("again: %w", inner))

	if !errs.Is(errs.Conflict, err) || errs.CodeOf(err) != "offer.taken" || !errors.Is(err, cause) {
		t.Errorf("kind %v code %q: %v", errs.KindOf(err), errs.CodeOf(err), err)
	}
	if !errs.Match(&errs.Error{Kind: errs.Conflict, Code: "offer.taken"}, err) {
		t.Error("does not match itself")
	}
	if errs.Match(&errs.Error{Kind: errs.Invalid}, err) {
		t.Error("matches another kind")
	}
	if got, want := err.Error(), "desk.Accept: again: routing.Accept: offer.taken: disk full"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

func TestPlainErrorsAreInternal(t *testing.T) {
	t.Parallel()
	if k := errs.KindOf(errors.New("x")); k != errs.Internal {
		t.Errorf("kind %v", k)
	}
	if errs.Is(errs.Internal, nil) || errs.Op("x", nil) != nil || errs.Fields("x") != nil {
		t.Error("nil is an error")
	}
}
