package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
)

// fetchTries is how often a file that cannot be reached is asked for before its message is taken without it.
const fetchTries = 4

// applyEcho takes in a message of ours. One that we sent is known by our name or by
// the channel's, and is there already; what was written by other means is shown as
// ours. While an answer is being sent nobody knows which of the two it is.
func (s *Events) applyEcho(ctx context.Context, p channel.EntryPoint, in channel.Inbound, attempts int) (settled, error) {
	brought := settled{state: Done, brought: in.ExternalID}
	about := in
	about.Target = in.ExternalID
	if done, known, err := s.continued(ctx, p, in); err != nil || known {
		return done, err
	}
	e, found, err := s.target(ctx, p, about)
	if err != nil {
		return settled{}, err
	}
	if found {
		brought.conversation, brought.entry = e.ConversationID, e.ID
		return brought, s.confirm(ctx, e, in)
	}
	c, found, err := s.thread(ctx, p, in)
	if err != nil {
		return settled{}, err
	}
	if !found && in.Post != "" {
		return s.applyAnnounced(ctx, p, in)
	}
	if !found && in.To.ExternalID == "" {
		return settled{}, errs.New(errs.NotFound, "intake.applyEcho", "event.thread_unknown")
	}
	if !found { // one of us has written first: the thread begins with that
		brought.conversation, brought.entry, err = s.written(ctx, p, conversation.Conversation{ExternalKey: in.Thread}, in, attempts)
		return brought, err
	}
	sending, err := s.Threads.InFlight(ctx, s.DB, c.ID)
	if err != nil || sending {
		return settled{state: Parked, awaits: awaitsThread(c.ID), conversation: c.ID}, err
	}
	brought.conversation = c.ID
	if e, found, err = s.Threads.Unconfirmed(ctx, s.DB, c.ID, in.Text); err != nil {
		return settled{}, err
	}
	if found { // so it was sent
		brought.entry = e.ID
		return brought, s.confirm(ctx, e, in)
	}
	_, brought.entry, err = s.written(ctx, p, c, in, attempts)
	return brought, err
}

// thread returns the thread that an echo belongs to, and whether it has begun.
func (s *Events) thread(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (conversation.Conversation, bool, error) {
	at, err := s.stands(ctx, p, in)
	if err != nil {
		return conversation.Conversation{}, false, err
	}
	return s.Threads.FindThread(ctx, s.DB, p.ID, at.thread)
}

// applyAnnounced takes in what stands under a post itself, as ours. It may be what we have said
// there and do not know yet to have come; else nobody has answered it, and it needs nobody.
func (s *Events) applyAnnounced(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (settled, error) {
	post, found, err := s.Threads.FindPost(ctx, s.DB, p.ID, in.Post)
	if err != nil || !found || in.Target != "" && in.Target != in.Post {
		return settled{state: Done}, err
	}
	c, found, err := s.Threads.Announced(ctx, s.DB, post.ID, in.Text)
	if err != nil || !found {
		return settled{state: Done}, err
	}
	e, found, err := s.Threads.Unconfirmed(ctx, s.DB, c.ID, in.Text)
	if err != nil || !found {
		return settled{state: Parked, awaits: awaitsThread(c.ID), conversation: c.ID}, err
	}
	return settled{state: Done, brought: in.ExternalID, conversation: c.ID, entry: e.ID}, s.confirm(ctx, e, in)
}

// continued keeps that an answer in private has come somewhere: it begins, or goes on
// with, the thread through which it comes back. It reports whether in is such an answer.
func (s *Events) continued(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (settled, bool, error) {
	if in.Entry == 0 {
		return settled{}, false, nil
	}
	answer, err := s.Threads.FindEntry(ctx, s.DB, in.Entry)
	if errs.Is(errs.NotFound, err) || err == nil && (answer.Kind != conversation.Private || in.To.ExternalID == "") {
		return settled{}, false, nil
	}
	if err != nil {
		return settled{}, false, err
	}
	// Whoever speaks for a channel names answers of its brand alone.
	from, err := s.Points.Lookup(ctx, s.DB, p.Tenant, answer.EntryPointID)
	if err != nil || from.Brand != p.Brand {
		return settled{}, false, err
	}
	done := settled{state: Done, brought: in.ExternalID}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		party, err := s.People.Resolve(ctx, tx, senderOf(in.To).seen(pointOf(p)))
		if err != nil {
			return err
		}
		goes, err := s.Threads.ContinuePrivately(ctx, tx, answer, threadOf(pointOf(p), in.Thread, "", party), in.ExternalID)
		if err != nil {
			return err
		}
		done.conversation, done.entry = goes.PrivateID, goes.MessageID
		_, err = s.Threads.MoveDelivery(ctx, tx, answer.ID, conversation.Sent, "")
		return err
	})
	return done, true, err
}

// confirm keeps that an answer of ours has come somewhere.
func (s *Events) confirm(ctx context.Context, e conversation.Entry, in channel.Inbound) error {
	if e.Author == conversation.ByCustomer {
		return errs.New(errs.Conflict, "intake.confirm", "event.not_ours")
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		if err := s.Threads.NameSent(ctx, tx, e.ID, in.ExternalID); err != nil || partial(e, in) {
			return err
		}
		moved, err := s.Threads.MoveDelivery(ctx, tx, e.ID, conversation.Sent, "")
		if err != nil || !moved || s.Outcomes == nil {
			return err
		}
		return s.Outcomes.Came(ctx, tx, e, conversation.Sent)
	})
}

// partial reports whether in is about the first messages of an answer of which nobody knows yet whether its files went out,
// too. Taken for the whole, it would hide that they did not.
func partial(e conversation.Entry, in channel.Inbound) bool {
	open := e.DeliveryState == conversation.Queued || e.DeliveryState == conversation.Sending || e.DeliveryState == conversation.Ambiguous
	return in.More && open && len(e.Attachments) > 0
}

// written stores what one of us wrote by other means, and returns where.
func (s *Events) written(ctx context.Context, p channel.EntryPoint, c conversation.Conversation, in channel.Inbound, attempts int) (id.Conversation, id.Entry, error) {
	files, more, err := s.files(ctx, p, in, attempts)
	if err != nil {
		return 0, 0, err
	}
	more.Elsewhere = true
	answered, err := s.answered(ctx, p, in)
	if err != nil {
		return 0, 0, err
	}
	data, err := more.data()
	if err != nil {
		return 0, 0, err
	}
	text, formatted := safe(in)
	n := conversation.NewEntry{
		ID: id.New[id.Entry](), Kind: conversation.Message, Author: conversation.ByAgent, Text: text, HTML: formatted, Data: data,
		ExternalID: in.ExternalID, Delivery: conversation.Sent, OccurredAt: in.OccurredAt, Parent: answered,
	}
	var at id.Conversation
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		thread := conversation.Thread{EntryPoint: p.ID, ExternalKey: c.ExternalKey}
		if c.ID == 0 {
			party, err := s.People.Resolve(ctx, tx, senderOf(in.To).seen(pointOf(p)))
			if err != nil {
				return err
			}
			thread = threadOf(pointOf(p), in.Thread, in.Subject, party)
		}
		locked, _, err := s.Threads.Open(ctx, tx, thread)
		if err != nil {
			return err
		}
		at = locked.ID
		kept, err := s.Intake.Files.Attach(ctx, tx, media.Use{Conversation: locked.ID, Entry: n.ID, Files: files})
		if err != nil {
			return err
		}
		n.Attachments = Named(kept)
		_, _, err = s.Threads.Append(ctx, tx, &locked, n)
		return err
	})
	return at, n.ID, err
}

// remark is what an entry says beside its text.
type remark struct {
	Fields    map[string]string `json:"fields,omitempty"`    // what the channel said besides
	Withheld  []heldBack        `json:"withheld,omitempty"`  // files that are not here
	Off       bool              `json:"off,omitempty"`       // a reaction is taken back
	Elsewhere bool              `json:"elsewhere,omitempty"` // written by other means than ours
}

// heldBack is a file that was named and is not here.
type heldBack struct {
	Name string `json:"name"`
	Code string `json:"code"`
}

func (r remark) data() (json.RawMessage, error) {
	if len(r.Fields) == 0 && len(r.Withheld) == 0 && !r.Off && !r.Elsewhere {
		return nil, nil
	}
	return json.Marshal(r)
}

// answered returns the entry to which a message answers; 0: none that is here.
func (s *Events) answered(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (id.Entry, error) {
	if in.Target == "" {
		return 0, nil
	}
	e, err := s.Threads.FindSent(ctx, s.DB, p.ID, in.Target)
	if errs.Is(errs.NotFound, err) {
		return 0, nil
	}
	return e.ID, err
}

// safe returns text and HTML of what came, of which nothing can do harm.
func safe(in channel.Inbound) (text, formatted string) {
	text = in.Text
	if in.HTML != "" {
		formatted = htmltext.NewCleaner().Clean(in.HTML)
		if strings.TrimSpace(text) == "" {
			text = strings.TrimSpace(htmltext.ToText(formatted))
		}
	}
	return text, formatted
}

// files brings the files of an event here. What will never come is named instead.
func (s *Events) files(ctx context.Context, p channel.EntryPoint, in channel.Inbound, attempts int) ([]id.Attachment, remark, error) {
	more := remark{Fields: in.Data}
	var keys []id.Attachment
	for _, f := range in.Files {
		kept, err := s.Files.Find(ctx, f.ID)
		if err != nil || kept.EntryPointID != p.ID || kept.ConversationID != 0 {
			if err != nil && !errs.Is(errs.NotFound, err) {
				return nil, more, err
			}
			return nil, more, errs.New(errs.Invalid, "intake.files", "attachment.gone")
		}
		keys = append(keys, kept.ID)
	}
	for _, f := range in.Remote {
		key, err := s.bring(ctx, p, f)
		switch {
		case err == nil:
			keys = append(keys, key)
		case errs.Is(errs.Invalid, err) || errs.Is(errs.Exhausted, err):
			more.Withheld = append(more.Withheld, heldBack{f.Name, errs.CodeOf(err)})
		case attempts+1 >= fetchTries:
			more.Withheld = append(more.Withheld, heldBack{f.Name, "attachment.unreachable"})
		default:
			return nil, more, err
		}
	}
	return keys, more, nil
}

// bring copies a file from where it lies.
func (s *Events) bring(ctx context.Context, p channel.EntryPoint, f channel.RemoteFile) (id.Attachment, error) {
	body, err := s.Remote.Fetch(ctx, f.URL)
	if err != nil {
		return 0, err
	}
	defer body.Close() // it was read
	from := &watched{r: body}
	kept, err := s.Files.UploadAt(ctx, p.ID, f.Name, from)
	if from.err != nil && !errs.Is(errs.Invalid, from.err) { // the line broke: the file may still come
		return 0, errs.E(errs.Unavailable, "intake.bring", from.err)
	}
	return kept.ID, err
}

// watched keeps what went wrong with a reader.
type watched struct {
	r   io.Reader
	err error
}

// Read reads on.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}
