package automation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/db"
)

// AnswersPerDay is how often rules answer one address of mail within a day. Two machines that do not
// know each other, and keep no thread, would answer each other without end.
const AnswersPerDay = 10

// unanswerable says why rules may not answer the customer of a conversation by what they wrote last, or how
// often they were answered; empty: they may.
func (w World) unanswerable(ctx context.Context, q db.Queryer, there seen) (string, error) {
	c := there.conversation
	if c.ID == 0 {
		return "", nil
	}
	last, _, err := w.Conversations.LastHeard(ctx, q, c.ID)
	switch {
	case err != nil:
		return "", err
	case channel.NoMachine(last.Data):
		return rule.Automatic, nil
	case c.ContactPointID == 0 || knowledge.ClassOf(c.Channel) != knowledge.Mail:
		return "", nil
	}
	n, err := w.Conversations.AnsweredByMachine(ctx, q, c.ContactPointID, time.Now().Add(-24*time.Hour), AnswersPerDay)
	if err != nil || n < AnswersPerDay {
		return "", err
	}
	return rule.Often, nil
}

// foresee says why a command of a program would do nothing with what there is; empty: it would do what it says.
func (w World) foresee(ctx context.Context, q db.Queryer, p rule.Program, c rule.Command, there seen, asked rule.Subject) (string, error) {
	if why := p.Foresee(c, asked); why != "" || c.Do != rule.SendReply {
		return why, nil
	}
	return w.unanswerable(ctx, q, there)
}
