package bus

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go"

	"github.com/zongler/zongler/internal/errs"
)

// MaxAnswer is the largest answer, in bytes: half of what a server lets pass unless it is told otherwise.
const MaxAnswer = 512 << 10

// ErrNobody says that nobody answers on a subject now.
var ErrNobody = errs.E(errs.Unavailable, "bus.Ask", errors.New("nobody answers"))

// Ask sends a question to one of those who answer on a subject, on whatever node, and
// waits for the answer as long as ctx lets it. Where nobody answers it returns ErrNobody at once.
func (b *Bus) Ask(ctx context.Context, subject Subject, question []byte) ([]byte, error) {
	if subject.name == "" {
		return nil, ErrSubject
	}
	if len(question) > MaxMessage {
		return nil, ErrTooBig
	}
	conn := b.connection()
	if conn == nil {
		return nil, ErrStopped
	}
	if !conn.IsConnected() {
		return nil, ErrNobody
	}
	m, err := conn.RequestWithContext(ctx, subject.name, question)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return nil, ErrNobody
	case err != nil:
		return nil, errs.E(errs.Unavailable, "bus.Ask", err)
	case len(m.Data) > MaxAnswer:
		return nil, ErrTooBig
	}
	return m.Data, nil
}

// Answer has handle answer what is asked on a subject, one question after the other, until
// end is called; end does not wait for a handle that runs. What handle returns must not be
// larger than MaxAnswer: the asker gets nothing then. A question that comes while many wait
// for handle is not answered.
func (b *Bus) Answer(subject Subject, handle func(question []byte) []byte) (end func(), err error) {
	return b.listen(subject, func(m *nats.Msg) {
		answer := handle(m.Data)
		if len(answer) > MaxAnswer {
			b.log.Warn("bus: an answer is too big to be sent", "subject", m.Subject, "bytes", len(answer))
			answer = nil
		}
		if err := m.Respond(answer); err != nil {
			b.log.Debug("bus: an answer is lost", "subject", m.Subject, "err", err)
		}
	}, nil)
}
