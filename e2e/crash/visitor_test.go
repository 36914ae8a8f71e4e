package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/sim/visitor"
)

// chat is one visitor's conversation from the first word to the goodbye.
func chat(ctx context.Context, cfg visitor.Config, log *ledger, r *rand.Rand) error {
	v := visitor.New(cfg)
	defer v.Leave()
	if err := v.Arrive(ctx); err != nil {
		return err
	}
	thread, err := v.Open(ctx, nil, "")
	if err != nil {
		return err
	}
	for n := range 1 + r.IntN(4) {
		if err := say(ctx, v, log, thread, fmt.Sprintf("message %d", n)); err != nil {
			return err
		}
		if err := pause(ctx, time.Duration(r.IntN(300))*time.Millisecond); err != nil {
			return err
		}
	}
	return part(ctx, v, log, thread)
}

// farewell is a conversation that is no more than a goodbye.
func farewell(ctx context.Context, cfg visitor.Config, log *ledger) error {
	v := visitor.New(cfg)
	defer v.Leave()
	if err := v.Arrive(ctx); err != nil {
		return err
	}
	thread, err := v.Open(ctx, nil, "")
	if err != nil {
		return err
	}
	return part(ctx, v, log, thread)
}

// part says goodbye and waits until that is answered and the contact has ended.
func part(ctx context.Context, v *visitor.Visitor, log *ledger, thread id.Conversation) error {
	if err := say(ctx, v, log, thread, goodbye); err != nil {
		return err
	}
	err := v.Until(ctx, func(s webchat.State, _ []webchat.Entry) bool {
		return s.Phase == webchat.PhaseClosed || s.Phase == webchat.PhaseWrapUp
	})
	if err != nil {
		return fmt.Errorf("conversation %s, phase %s: %w", thread, v.State().Phase, err)
	}
	return watch(ctx, v, log, thread)
}

func say(ctx context.Context, v *visitor.Visitor, log *ledger, thread id.Conversation, text string) error {
	if _, err := v.Say(ctx, text); err != nil {
		return err
	}
	log.stored(thread.String(), text)
	return nil
}

// watch waits until every message is answered on the visitor's screen, and notes what is there.
func watch(ctx context.Context, v *visitor.Visitor, log *ledger, thread id.Conversation) error {
	ctx, cancel := context.WithTimeout(ctx, watchWithin)
	defer cancel()
	asked := log.saidIn(thread.String())
	err := v.Until(ctx, func(_ webchat.State, entries []webchat.Entry) bool { return len(answersIn(entries)) >= asked })
	if err != nil {
		return fmt.Errorf("conversation %s: %d messages, on the visitor's screen stand %+v: %w", thread, asked, v.Entries(), err)
	}
	log.saw(thread.String(), answersIn(v.Entries()))
	return nil
}

// watchWithin bounds how long answers that are stored may be on their way to the visitor.
const watchWithin = 2 * time.Minute

func answersIn(entries []webchat.Entry) []string {
	var texts []string
	for _, e := range entries {
		if e.Kind == webchat.EntryMessage && e.Author.Kind == webchat.AuthorAgent {
			texts = append(texts, e.Text)
		}
	}
	return texts
}
