package bus

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"
)

// answering starts a bus that answers on s.
func answering(t *testing.T, url string, s Subject, handle func([]byte) []byte) (end func()) {
	t.Helper()
	b := start(t, url)
	end, err := b.Answer(s, handle)
	if err != nil {
		t.Fatal(err)
	}
	flush(t, b)
	return end
}

func TestAQuestionIsAnsweredByAnotherNode(t *testing.T) {
	t.Parallel()
	url := cluster(t, 0).ClientURL()
	here := start(t, url)
	answering(t, url, Node("routing", "1"), func(q []byte) []byte { return append([]byte("re "), q...) })
	if got, err := here.Ask(t.Context(), Node("routing", "1"), []byte("board")); string(got) != "re board" || err != nil {
		t.Errorf("%q %v", got, err)
	}
}

// lostAfter is after how long a question is taken for lost.
const lostAfter = 250 * time.Millisecond

func TestAQuestionToNobodyEndsAtOnce(t *testing.T) {
	t.Parallel()
	s := cluster(t, 0)
	here := start(t, s.ClientURL())
	end := answering(t, s.ClientURL(), Node("x"), func([]byte) []byte { return []byte("yes") })
	began := time.Now()
	if _, err := here.Ask(t.Context(), Node("y"), nil); !errors.Is(err, ErrNobody) {
		t.Errorf("nobody there: %v", err)
	}
	end()
	ask := func() error { // what the server has sent to who was ending is lost
		ctx, cancel := context.WithTimeout(t.Context(), lostAfter)
		defer cancel()
		_, err := here.Ask(ctx, Node("x"), nil)
		return err
	}
	for err := ask(); !errors.Is(err, ErrNobody); err = ask() { // until the server knows that it has ended
		if err != nil && !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > patience {
			t.Fatalf("after the end: %v", err)
		}
	}
}

func TestAQuestionIsNotWaitedForBeyondItsTime(t *testing.T) {
	t.Parallel()
	url := cluster(t, 0).ClientURL()
	here := start(t, url)
	resume := make(chan struct{})
	answering(t, url, Node("x"), func([]byte) []byte { <-resume; return nil })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := here.Ask(ctx, Node("x"), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	close(resume)
}

func TestQuestionsAndAnswersAreBounded(t *testing.T) {
	t.Parallel()
	url := cluster(t, 0).ClientURL()
	here := start(t, url)
	size := MaxAnswer
	answering(t, url, Node("x"), func([]byte) []byte { return bytes.Repeat([]byte("x"), size) })
	if got, err := here.Ask(t.Context(), Node("x"), make([]byte, MaxMessage)); len(got) != MaxAnswer || err != nil {
		t.Errorf("the largest: %d bytes, %v", len(got), err)
	}
	size++
	if got, err := here.Ask(t.Context(), Node("x"), nil); len(got) != 0 || err != nil {
		t.Errorf("an answer too big: %d bytes, %v", len(got), err)
	}
	for name, tc := range map[string]struct {
		ask  func() ([]byte, error)
		want error
	}{
		"too big":     {func() ([]byte, error) { return here.Ask(t.Context(), Node("x"), make([]byte, MaxMessage+1)) }, ErrTooBig},
		"no subject":  {func() ([]byte, error) { return here.Ask(t.Context(), Subject{}, nil) }, ErrSubject},
		"not running": {func() ([]byte, error) { return New(Config{}, nil).Ask(t.Context(), Node("x"), nil) }, ErrStopped},
	} {
		if _, err := tc.ask(); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}
