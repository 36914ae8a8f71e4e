package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of trying again what has failed on our side.
const (
	maxApplies  = 12
	longestRest = 10 * time.Minute
)

// manyComeIn is how many bodies are being stored at once when applying gives way to them.
const manyComeIn = 16

// applyAll applies events of an entry point: those of one lane one after another,
// different lanes at once.
func (s *Events) applyAll(ctx context.Context, key laneKey, due []Event) error {
	p, err := s.Points.Lookup(ctx, s.DB, key.tenant, key.point)
	if err != nil {
		return err
	}
	became := make([]settled, len(due))
	var (
		wg     sync.WaitGroup
		turn   sync.Mutex
		bundle [appliersAtOnce][]int
	)
	for i, e := range due {
		n := bundleOf(e.Lane)
		bundle[n] = append(bundle[n], i)
	}
	for _, mine := range bundle {
		if len(mine) == 0 {
			continue
		}
		wg.Go(func() {
			for _, i := range mine {
				if ctx.Err() == nil {
					became[i] = s.applyInTurn(ctx, &turn, p, due[i])
				}
			}
		})
	}
	wg.Wait()
	return s.settle(context.WithoutCancel(ctx), key, due, became)
}

func bundleOf(lane string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(lane)) // it returns no error
	return int(h.Sum32() % appliersAtOnce)
}

// applyInTurn applies an event. While many bodies are being stored one event of an entry point at a
// time is: a provider waits for the one, and nobody but us for the other.
func (s *Events) applyInTurn(ctx context.Context, turn *sync.Mutex, p channel.EntryPoint, e Event) settled {
	if s.receiving.Load() >= manyComeIn {
		turn.Lock()
		defer turn.Unlock()
	}
	return s.applyOne(ctx, p, e)
}

// applyOne applies an event and says what became of it. One that breaks us stops nothing but itself.
func (s *Events) applyOne(ctx context.Context, p channel.EntryPoint, e Event) (b settled) {
	defer func() {
		if r := recover(); r != nil {
			s.Log.ErrorContext(ctx, "channel events: an event cannot be applied", "event", e.ID, "err", fmt.Sprint(r))
			b = settled{state: Refused, reason: "event.broken"}
		}
	}()
	known, _ := s.Adapters.Adapter(p.Channel)
	adapter, able := known.(channel.WebhookReceiver)
	if !able {
		return settled{state: Refused, reason: "channel.unknown"}
	}
	in, err := adapter.Read(p, e.Raw)
	if err == nil {
		if in.ReceivedAt = e.ReceivedAt; in.OccurredAt.IsZero() {
			in.OccurredAt = e.ReceivedAt // the provider does not say when it was
		}
		b, err = s.apply(ctx, p, in, e.Attempts)
	}
	switch kind := errs.KindOf(err); {
	case err == nil:
		return b
	case ctx.Err() != nil:
		return settled{}
	case kind == errs.Invalid || kind == errs.NotFound || kind == errs.Conflict || kind == errs.Forbidden:
		return settled{state: Refused, reason: errs.CodeOf(err), detail: detailOf(err)}
	case e.Attempts+1 >= maxApplies:
		s.Log.ErrorContext(ctx, "channel events: given up", "event", e.ID, "err", err)
		return settled{state: Refused, reason: "event.failed"}
	}
	s.Log.WarnContext(ctx, "channel events: to be applied again", "event", e.ID, "err", err)
	return settled{state: Waiting, due: time.Now().Add(min(longestRest, time.Second<<e.Attempts))}
}

// apply does what an event says. Said again it changes nothing.
func (s *Events) apply(ctx context.Context, p channel.EntryPoint, in channel.Inbound, attempts int) (settled, error) {
	switch in.Kind {
	case channel.KindMessage:
		return s.applyMessage(ctx, p, in, attempts)
	case channel.KindEcho:
		return s.applyEcho(ctx, p, in, attempts)
	case channel.KindPost:
		return s.applyPost(ctx, p, in, attempts)
	case channel.KindHiding:
		return s.applyHiding(ctx, p, in)
	case channel.KindEdit, channel.KindDeletion, channel.KindReaction:
		return s.applyChange(ctx, p, in)
	case channel.KindReceipt:
		return s.applyReceipt(ctx, p, in)
	case channel.KindIdentity:
		return s.applyIdentity(ctx, p, in)
	case channel.KindTyping, channel.KindNotice: // it was shown when it came, or there is nothing to show
		return settled{state: Done}, s.ask(ctx, p, in)
	}
	return settled{}, errs.New(errs.Invalid, "intake.apply", "event.kind")
}

// pointOf returns an entry point as intake knows it.
func pointOf(p channel.EntryPoint) Point {
	return Point{ID: p.ID, Brand: p.Brand, Channel: string(p.Channel), Queue: p.Queue}
}

func senderOf(f channel.Party) Sender {
	return Sender{
		Provider: f.Provider, Scope: f.Scope, ExternalID: f.ExternalID, Name: f.DisplayName, Email: f.Email, Phone: f.Phone,
		Language: f.Language, Verified: f.Verified,
	}
}

func sendersOf(all []channel.Party) []Sender {
	senders := make([]Sender, len(all))
	for i, p := range all {
		senders[i] = senderOf(p)
	}
	return senders
}

// applyMessage takes in a message of a customer.
func (s *Events) applyMessage(ctx context.Context, p channel.EntryPoint, in channel.Inbound, attempts int) (settled, error) {
	brought := settled{state: Done, brought: in.ExternalID}
	known, err := s.Threads.FindSent(ctx, s.DB, p.ID, in.ExternalID)
	if err == nil {
		brought.conversation, brought.entry = known.ConversationID, known.ID
		return brought, nil
	}
	if !errs.Is(errs.NotFound, err) {
		return settled{}, err
	}
	files, more, err := s.files(ctx, p, in, attempts)
	if err != nil {
		return settled{}, err
	}
	data, err := more.data()
	if err != nil {
		return settled{}, err
	}
	at, err := s.stands(ctx, p, in)
	if err != nil {
		return settled{}, err
	}
	if ours, done, err := s.mayBeOurs(ctx, p, in, at); err != nil || ours {
		return done, err
	}
	text, formatted := safe(in)
	if text == "" && len(files) == 0 {
		text = "—" // all of its files were withheld
	}
	r, err := s.Intake.Receive(ctx, Inbound{
		Point: pointOf(p), From: senderOf(in.Sender), Thread: at.thread, Public: at.Standing, Parent: at.parent, Subject: in.Subject, ExternalID: in.ExternalID,
		Text: text, HTML: formatted, Data: data, Files: files, OccurredAt: in.OccurredAt, Quiet: in.Quiet, Known: sendersOf(in.Known),
	})
	brought.conversation, brought.entry = r.Conversation, r.Entry
	return brought, err
}

// target returns the entry that an event is about, and whether it is here.
func (s *Events) target(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (e conversation.Entry, found bool, err error) {
	if in.Entry != 0 {
		e, err = s.Threads.FindEntry(ctx, s.DB, in.Entry)
		if err == nil && e.EntryPointID != p.ID {
			err = errs.E(errs.NotFound, "intake.target", nil)
		}
		if errs.Is(errs.NotFound, err) { // we know all that we have named
			err = errs.New(errs.NotFound, "intake.target", "event.target_unknown")
		}
		return e, err == nil, err
	}
	e, err = s.Threads.FindSent(ctx, s.DB, p.ID, in.Target)
	if errs.Is(errs.NotFound, err) {
		return e, false, nil
	}
	return e, err == nil, err
}

// parked says that an event waits for the entry that it is about.
func parked(in channel.Inbound) settled {
	return settled{state: Parked, awaits: awaitsEntry(in.Target), target: in.Target}
}

// applyChange takes in an edit, a deletion or a reaction.
func (s *Events) applyChange(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (settled, error) {
	const op = "intake.applyChange"
	e, found, err := s.target(ctx, p, in)
	if err != nil || !found {
		return parked(in), err
	}
	if in.Kind != channel.KindReaction && e.Author != conversation.ByCustomer {
		if in.Post != "" {
			return s.applyOwnChange(ctx, e, in)
		}
		return settled{}, errs.New(errs.Conflict, op, "event.not_theirs")
	}
	done := settled{state: Done, conversation: e.ConversationID, entry: e.ID}
	if in.Kind == channel.KindDeletion && in.Post != "" { // we may have removed it ourselves
		if now, err := s.Threads.StandingOf(ctx, s.DB, e); err != nil || now.Deletion.ID != 0 {
			return done, err
		}
	}
	if in.Kind == channel.KindEdit {
		if late, err := s.Threads.Superseded(ctx, s.DB, e, in.OccurredAt); err != nil || late {
			return done, err
		}
	}
	if len(in.Unsaid) > 0 {
		if err := s.unsay(ctx, p, in, e); err != nil {
			return settled{}, err
		}
	}
	c, err := s.Threads.Find(ctx, s.DB, e.ConversationID)
	if err != nil {
		return settled{}, err
	}
	from, err := s.senderIn(ctx, c, e, in.Sender)
	if err != nil {
		return settled{}, err
	}
	more := remark{Off: in.Off, Fields: in.Data}
	data, err := more.data()
	if err != nil {
		return settled{}, err
	}
	text, formatted := safe(in)
	r, err := s.Intake.Receive(ctx, Inbound{
		Point: pointOf(p), From: from, Thread: c.ExternalKey, Kind: conversation.Kind(in.Kind), ExternalID: in.ExternalID, Target: e.ID,
		Text: text, HTML: formatted, Data: data, OccurredAt: in.OccurredAt, Public: Standing{Post: c.PostID, Known: true},
	})
	done.entry = r.Entry
	return done, err
}

// senderIn returns who did something to an entry of a conversation: who wrote it, if it is not said.
func (s *Events) senderIn(ctx context.Context, c conversation.Conversation, e conversation.Entry, said channel.Party) (Sender, error) {
	if said.ExternalID != "" {
		return senderOf(said), nil
	}
	by := e.ContactPointID
	if by == 0 {
		by = c.ContactPointID
	}
	at, err := s.People.PointOf(ctx, s.DB, by)
	return Sender{Provider: at.Provider, Scope: at.Scope, ExternalID: at.ExternalID}, err
}

// applyReceipt moves the delivery of an answer.
func (s *Events) applyReceipt(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (settled, error) {
	if in.Target == "" && in.Entry == 0 {
		return s.applyWatermark(ctx, p, in)
	}
	e, found, err := s.target(ctx, p, in)
	if err != nil || !found {
		return parked(in), err
	}
	if e.Author == conversation.ByCustomer {
		return settled{}, errs.New(errs.Conflict, "intake.applyReceipt", "event.not_ours")
	}
	done := settled{state: Done, conversation: e.ConversationID, entry: e.ID}
	if in.Entry != 0 && (in.Part > 0 || in.More) { // by this name nobody may have known it before
		done.brought = in.Target
	}
	return done, s.DB.Update(ctx, func(tx *db.Tx) error {
		if err := s.name(ctx, tx, e, in); err != nil || in.State != channel.Refused && partial(e, in) {
			return err
		}
		if in.State == channel.Seen { // who has read this has read what was before
			if err := s.Threads.MoveRead(ctx, tx, e.ConversationID, e.Seq); err != nil {
				return err
			}
		}
		return s.moveDelivery(ctx, tx, e, in)
	})
}

// name keeps how the channel calls the answer, or the part of it, that a receipt names by our name.
func (s *Events) name(ctx context.Context, tx *db.Tx, e conversation.Entry, in channel.Inbound) error {
	switch {
	case in.Entry == 0 || in.Target == "":
		return nil
	case in.Part > 0:
		return s.Threads.NameParts(ctx, tx, e.ID, in.Target)
	}
	return s.Threads.NameSent(ctx, tx, e.ID, in.Target)
}

// moveDelivery moves the delivery of an answer, and keeps the provider's own words where it has failed.
func (s *Events) moveDelivery(ctx context.Context, tx *db.Tx, e conversation.Entry, in channel.Inbound) error {
	if in.State != channel.Refused || in.Words == "" {
		_, err := s.Threads.MoveDelivery(ctx, tx, e.ID, conversation.Delivery(in.State), in.Text)
		return err
	}
	c, err := s.Threads.Lock(ctx, tx, e.ConversationID)
	if err != nil {
		return err
	}
	moved, err := s.Threads.MoveDelivery(ctx, tx, e.ID, conversation.Failed, in.Text)
	if err != nil || !moved || e.Kind != conversation.Message {
		return err
	}
	data, err := json.Marshal(map[string]string{"words": in.Words})
	if err != nil {
		return err
	}
	_, _, err = s.Threads.Append(ctx, tx, &c, conversation.NewEntry{
		Kind: conversation.System, Author: conversation.BySystem, Target: e.ID, Code: "delivery_refused", Data: data,
	})
	return err
}

// applyWatermark moves all that was sent in a thread up to a time. While an answer is
// being sent nobody knows whether the mark is about it, too.
func (s *Events) applyWatermark(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (settled, error) {
	c, found, err := s.Threads.FindThread(ctx, s.DB, p.ID, in.Thread)
	if err != nil || !found { // of what nobody wrote through us
		return settled{state: Done}, err
	}
	if sending, err := s.Threads.InFlight(ctx, s.DB, c.ID); err != nil || sending {
		return settled{state: Parked, awaits: awaitsThread(c.ID), conversation: c.ID}, err
	}
	return settled{state: Done, conversation: c.ID}, s.DB.Update(ctx, func(tx *db.Tx) error {
		return s.Threads.MoveUntil(ctx, tx, c, conversation.Delivery(in.State), in.Until)
	})
}

// applyIdentity keeps who somebody is.
func (s *Events) applyIdentity(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (settled, error) {
	at := pointOf(p)
	return settled{state: Done}, s.DB.Update(ctx, func(tx *db.Tx) error {
		return s.People.Introduce(ctx, tx, senderOf(in.Sender).seen(at), seenAs(sendersOf(in.Known), at))
	})
}
