package sms

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/smstext"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of what a centre brings.
const (
	partsWithin = 10 * time.Minute // the parts of a message; then it is taken without those that did not come
	againWithin = 15 * time.Minute // of a new line a centre brings again what it had no answer to
	doubtful    = 30 * time.Second // before a line ended: an answer then may not have been heard
)

// brought is an event as it is kept: what a centre has brought, whole.
type brought struct {
	Kind    channel.Kind  `json:"kind"`
	ID      string        `json:"id"`
	From    string        `json:"from,omitempty"`
	To      string        `json:"to,omitempty"`
	Text    string        `json:"text,omitempty"`
	Entry   id.Entry      `json:"entry_id,omitzero"`
	State   channel.State `json:"state,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	At      time.Time     `json:"at"`
	Parts   int           `json:"parts,omitempty"`
	Missing int           `json:"missing,omitempty"`
}

// arrival is b as it is stored. Messages of a number keep their order.
func (b brought) arrival() (channel.Arrival, error) {
	raw, err := json.Marshal(b)
	return channel.Arrival{ID: b.ID, Kind: b.Kind, Lane: b.From, Raw: raw}, err
}

// readBrought understands an event of a centre.
func readBrought(raw []byte) (channel.Inbound, error) {
	var b brought
	if err := json.Unmarshal(raw, &b); err != nil {
		return channel.Inbound{}, errs.New(errs.Invalid, "sms.Read", "event.malformed")
	}
	in := channel.Inbound{Kind: b.Kind, ExternalID: b.ID, OccurredAt: b.At}
	switch b.Kind {
	case channel.KindMessage:
		in.Thread, in.Sender, in.Text = b.From, party(b.From), b.Text
		in.Quiet = smstext.WishOf(b.Text) != smstext.NoWish
	case channel.KindReceipt:
		in.Entry, in.State, in.Text = b.Entry, b.State, b.Reason
	default:
		return channel.Inbound{}, errs.New(errs.Invalid, "sms.Read", "event.type")
	}
	return in, nil
}

// arriving takes what one line to a centre brings.
type arriving struct {
	service  *Service
	point    channel.EntryPoint
	settings Settings
	began    time.Time

	mu    sync.Mutex
	doubt map[string]int // digests of what the line before has brought, and perhaps had no answer to
}

// arriving prepares for what a new line brings, and takes what was left by the one before.
func (s *Service) arriving(ctx context.Context, p channel.EntryPoint, settings Settings) (*arriving, error) {
	a := &arriving{service: s, point: p, settings: settings, began: time.Now(), doubt: map[string]int{}}
	digests, err := lately(ctx, s.DB, p, doubtful, a.began.Add(-againWithin))
	if err != nil {
		return nil, err
	}
	for _, d := range digests {
		a.doubt[d]++
	}
	entries, err := untold(ctx, s.DB, p, a.began.Add(-keepSegments))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if err := s.conclude(ctx, p, e); err != nil {
			return nil, err
		}
	}
	return a, s.whole(ctx, p, a.began)
}

// take keeps what a centre brings, and says whether it was kept.
func (a *arriving) take(ctx context.Context, p smpp.PDU) smpp.Status {
	err := a.keep(ctx, p)
	if err == nil {
		return smpp.OK
	}
	a.service.Log.ErrorContext(ctx, "sms: what has arrived cannot be kept", "entry_point", a.point.ID, "err", err)
	return smpp.TryLater
}

func (a *arriving) keep(ctx context.Context, p smpp.PDU) error {
	m, err := smpp.ParseArrived(p)
	if err != nil {
		return a.refuse(ctx, p, "event.malformed")
	}
	at, err := a.of(ctx, m.To.Text())
	if err != nil {
		return err
	}
	if r, is := smpp.ParseReceipt(m); is {
		return a.receipt(ctx, at, p, r)
	}
	piece, h, text := m.Piece()
	if !text {
		return a.refuse(ctx, p, "sms.binary")
	}
	digest := digestOf(p.Body)
	if a.again(digest) {
		return a.service.whole(ctx, at, time.Now())
	}
	now := time.Now()
	r := received{
		Name: strconv.FormatInt(now.UnixMicro(), 36) + "-" + digest[:12], Digest: digest, Sender: a.settings.numberOf(m.From.Text()), Recipient: m.To.Text(),
		Ref: h.Ref, Total: h.Total, Part: h.Part, Wide: piece.Alphabet == smstext.UCS2, Data: piece.Data, ReceivedAt: now,
	}
	if err := a.service.DB.Update(ctx, func(tx *db.Tx) error { return saveReceived(ctx, tx, at, r) }); err != nil {
		return err
	}
	return a.service.whole(ctx, at, now)
}

// of returns the number of ours that something was brought for: a centre may bring what
// is for all numbers of an account on any line of it.
func (a *arriving) of(ctx context.Context, to string) (channel.EntryPoint, error) {
	other := a.settings
	if other.Number = a.settings.numberOf(to); other.Number == a.settings.Number {
		return a.point, nil
	}
	p, err := a.service.Points.ByAddress(ctx, channel.SMS, other.address())
	if errs.Is(errs.NotFound, err) || err == nil && (p.Tenant != a.point.Tenant || !p.Open()) {
		return a.point, nil
	}
	return p, err
}

func digestOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// again reports whether something was brought before, on a line that ended before its
// answer was surely heard. Each is recognised once: who writes the same again is heard.
func (a *arriving) again(digest string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Since(a.began) > againWithin || a.doubt[digest] == 0 {
		return false
	}
	a.doubt[digest]--
	return true
}

// refuse keeps what cannot be understood for an administrator.
func (a *arriving) refuse(ctx context.Context, p smpp.PDU, code string) error {
	raw := p.Bytes()
	_, err := a.service.Events.Take(ctx, a.point, []channel.Arrival{{ID: channel.NameOf(p.Body), Raw: raw, Err: errs.New(errs.Invalid, "sms.arrive", code)}})
	return err
}

// receipt keeps what became of a segment of ours.
func (a *arriving) receipt(ctx context.Context, at channel.EntryPoint, p smpp.PDU, r smpp.Receipt) error {
	g := segment{MessageID: a.settings.IDs.receipted(r.ID)}
	switch {
	case r.ID == "":
		return a.refuse(ctx, p, "sms.receipt")
	case r.State == smpp.Delivered:
		g.State = channel.Arrived
	case r.State.Failed():
		g.State, g.Reason = channel.Refused, reasonOf(r.State)
	default: // it is on its way
		return nil
	}
	var entry id.Entry
	err := a.service.DB.Update(ctx, func(tx *db.Tx) (err error) {
		entry, err = saveReceipt(ctx, tx, at, g)
		return err
	})
	if err != nil || entry == 0 {
		return err
	}
	return a.service.conclude(ctx, at, entry)
}

// reasonOf is why a message did not arrive, a key of the catalogues.
func reasonOf(s smpp.State) string {
	switch s { //nolint:exhaustive // of those that have failed
	case smpp.Expired:
		return "sms.expired"
	case smpp.RejectedByCentre:
		return "sms.filtered"
	}
	return "sms.undelivered"
}

// conclude tells what became of an answer, once that is known of all its segments: it has
// arrived when all have, and failed when one has.
func (s *Service) conclude(ctx context.Context, p channel.EntryPoint, entry id.Entry) error {
	all, err := segmentsOf(ctx, s.DB, p, entry)
	if err != nil || len(all) == 0 {
		return err
	}
	b := brought{Kind: channel.KindReceipt, Entry: entry, State: channel.Arrived, At: time.Now()}
	arrived := 0
	for _, g := range all {
		switch g.State {
		case channel.Refused:
			b.State, b.Reason = channel.Refused, g.Reason
		case channel.Arrived:
			arrived++
		case channel.Seen, channel.Taken, channel.Hidden, channel.Unhidden:
		}
	}
	if b.State == channel.Arrived && arrived < all[0].Total {
		return nil
	}
	if b.State == channel.Refused && arrived > 0 {
		b.Reason = "sms.partly_arrived"
	}
	b.ID = fmt.Sprintf("receipt %s %s", entry, b.State)
	arrival, err := b.arrival()
	if err != nil {
		return err
	}
	if _, err := s.Events.Take(ctx, p, []channel.Arrival{arrival}); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error { return markTold(ctx, tx, p, entry) })
}

// whole takes the messages of a number that are whole, and those that will not be.
func (s *Service) whole(ctx context.Context, p channel.EntryPoint, now time.Time) error {
	waiting, err := waitingFor(ctx, s.DB, p)
	if err != nil {
		return err
	}
	for _, set := range setsOf(waiting, now) {
		if err := s.takeSet(ctx, p, set); err != nil {
			return err
		}
	}
	return nil
}

// setsOf returns the segments that make a message: all that there are of one, or those of
// one that has waited long enough or whose name another message has by now.
func setsOf(waiting []received, now time.Time) [][]received {
	type key struct {
		sender, recipient string
		ref, total        int
	}
	var ready [][]received
	open := map[key][]received{}
	for _, r := range waiting {
		if r.Total <= 1 {
			ready = append(ready, []received{r})
			continue
		}
		k := key{r.Sender, r.Recipient, r.Ref, r.Total}
		if another(open[k], r) {
			ready = append(ready, open[k])
			open[k] = nil
		}
		if open[k] = append(open[k], r); different(open[k]) == r.Total {
			ready = append(ready, open[k])
			delete(open, k)
		}
	}
	for _, set := range open {
		if len(set) > 0 && now.Sub(set[0].ReceivedAt) > partsWithin {
			ready = append(ready, set)
		}
	}
	return ready
}

// another reports whether r is a part of another message than set: it has the place of one that says something else.
func another(set []received, r received) bool {
	return slices.ContainsFunc(set, func(o received) bool { return o.Part == r.Part && o.Digest != r.Digest })
}

// different returns how many parts a set has, of which some may have come twice.
func different(set []received) int {
	parts := map[int]bool{}
	for _, r := range set {
		parts[r.Part] = true
	}
	return len(parts)
}

// takeSet makes an event of segments, named after the first of them: done again, it is the same.
func (s *Service) takeSet(ctx context.Context, p channel.EntryPoint, set []received) error {
	parts := make([]smstext.Part, len(set))
	for i, r := range set {
		parts[i] = smstext.Part{Number: r.Part, Data: r.Data}
		if r.Wide {
			parts[i].Alphabet = smstext.UCS2
		}
	}
	first := set[0]
	b := brought{
		Kind: channel.KindMessage, ID: first.Name, From: first.Sender, To: first.Recipient, Text: smstext.Join(max(1, first.Total), parts), At: first.ReceivedAt,
		Parts: first.Total, Missing: max(1, first.Total) - different(set),
	}
	if b.Text == "" {
		b.Text = "—" // somebody has sent nothing
	}
	arrival, err := b.arrival()
	if err != nil {
		return err
	}
	if _, err := s.Events.Take(ctx, p, []channel.Arrival{arrival}); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		for _, r := range set {
			if err := markTaken(ctx, tx, p, r.Name); err != nil {
				return err
			}
		}
		return nil
	})
}
