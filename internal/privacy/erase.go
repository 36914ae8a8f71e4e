package privacy

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Step is a part of an erasure.
type Step string

// Steps, in their order. Who somebody is goes last, for until then it is known whose the rest is.
const (
	stepConversations Step = "conversations"
	stepCases         Step = "cases"
	stepVisits        Step = "visits"
	stepTexts         Step = "texts"
	stepIdentity      Step = "identity"
	stepIndex         Step = "index"
	stepBytes         Step = "bytes"
	stepCertificate   Step = "certificate"
)

// Steps returns all there are, in their order.
func Steps() []Step {
	return []Step{stepConversations, stepCases, stepVisits, stepTexts, stepIdentity, stepIndex, stepBytes, stepCertificate}
}

// next returns the step behind one.
func (s Step) next() Step {
	all := Steps()
	name, _, _ := strings.Cut(string(s), ".")
	return all[min(slices.Index(all, Step(name))+1, len(all)-1)]
}

// table returns at which table the step of texts is: it says so behind a dot.
func (s Step) table() int {
	_, number, _ := strings.Cut(string(s), ".")
	n, _ := strconv.Atoi(number) // none is the first
	return n
}

// Erase is the worker of EraseJob.
func (s *Service) Erase(ctx context.Context, j EraseJob) error {
	const op = "privacy.Erase"
	begun := s.now()
	r, err := s.resume(ctx, j.Erasure)
	if err != nil {
		return errs.Op(op, err)
	}
	for r.State == Running {
		if err := r.advance(ctx); err != nil {
			return errs.Op(op, err)
		}
		if r.State == Running && s.now().Sub(begun) > s.Patience {
			return job.Snooze(0)
		}
	}
	return nil
}

// run is an erasure that this process works on.
type run struct {
	Erasure

	s   *Service
	who person
}

// resume reads how far an erasure is.
func (s *Service) resume(ctx context.Context, key id.Erasure) (*run, error) {
	r := &run{s: s}
	var err error
	r.Erasure, err = db.One[Erasure](ctx, s.DB, `SELECT `+erasureColumns+` FROM erasure WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
	if err != nil {
		return nil, err
	}
	r.who, err = s.person(ctx, s.DB, r.Customers)
	return r, err
}

// advance does one transaction's worth. What it did is written with how far it is: done again, it does the next.
func (r *run) advance(ctx context.Context) error {
	if r.Step == stepBytes {
		return r.deleteBytes(ctx)
	}
	before := r.Erasure
	before.Counts = r.Counts.plus(nil)
	err := r.s.DB.Update(ctx, func(tx *db.Tx) error {
		r.Erasure = before
		r.Counts = before.Counts.plus(nil)
		if err := r.hold(ctx, tx); err != nil {
			return err
		}
		if err := r.step(ctx, tx); err != nil {
			return err
		}
		return r.save(ctx, tx)
	})
	if err != nil {
		r.Erasure = before
	}
	return err
}

// hold locks the erasure and refuses to go on from where it is no more.
func (r *run) hold(ctx context.Context, tx *db.Tx) error {
	now, err := db.One[Erasure](ctx, tx, `SELECT `+erasureColumns+` FROM erasure WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), actor.From(ctx).Tenant, r.ID)
	if err == nil && (now.State != Running || now.Step != r.Step || now.After != r.After) {
		err = errs.New(errs.Conflict, "privacy.hold", "erasure.moved") // another worker was quicker
	}
	return err
}

func (r *run) save(ctx context.Context, tx *db.Tx) error {
	_, err := db.Exec(ctx, tx, `UPDATE erasure SET state = $3, step = $4, after = $5, counts = $6, texts = $7, done_at = $8 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, r.ID, string(r.State), string(r.Step), r.After, db.JSON(r.Counts), r.Texts, r.DoneAt)
	return err
}

// to goes on with a step.
func (r *run) to(step Step) { r.Step, r.After = step, 0 }

func (r *run) step(ctx context.Context, tx *db.Tx) error {
	if r.Step.table() > 0 {
		return r.texts(ctx, tx)
	}
	switch r.Step {
	case stepConversations:
		return r.conversation(ctx, tx)
	case stepCases:
		return r.matter(ctx, tx)
	case stepVisits:
		return r.visits(ctx, tx)
	case stepTexts:
		return r.texts(ctx, tx)
	case stepIdentity:
		return r.identity(ctx, tx)
	case stepIndex:
		return r.compact(ctx, tx)
	case stepBytes: // not in one transaction
	case stepCertificate:
		return r.certify(ctx, tx)
	}
	return nil
}

// conversation takes the words out of the next conversation, unless it stays.
func (r *run) conversation(ctx context.Context, tx *db.Tx) error {
	for _, k := range r.who.conversations {
		if int64(k.ID) <= r.After || !k.ErasedAt.IsZero() {
			continue
		}
		r.After = int64(k.ID)
		now, err := r.s.Conversations.LockKept(ctx, tx, k.ID)
		if err != nil {
			return err
		}
		j, err := r.s.judging(ctx, tx, r.Customers)
		if err != nil {
			return err
		}
		left, stays, err := j.conversation(ctx, now)
		if err != nil {
			return err
		}
		if stays {
			return leave(ctx, tx, r.ID, left)
		}
		return r.s.eraseConversation(ctx, tx, r.ID, now.ID, now.BrandID, r.Counts)
	}
	r.to(r.Step.next())
	return nil
}

// eraseConversation takes the words out of a conversation that is locked.
func (s *Service) eraseConversation(ctx context.Context, tx *db.Tx, erasure id.Erasure, key id.Conversation, brand id.Brand, counts Counts) error {
	if err := s.eraseThing(ctx, tx, erasure, personal.Conversation, int64(key), counts); err != nil {
		return err
	}
	if err := s.Index.Forget(ctx, tx, nil, []id.Conversation{key}); err != nil {
		return err
	}
	return tx.Record(ctx, fact.ConversationErased{Conversation: key, Brand: brand})
}

// matter takes the words out of the next case, unless it stays.
func (r *run) matter(ctx context.Context, tx *db.Tx) error {
	for _, k := range r.who.cases {
		if int64(k.ID) <= r.After || !k.ErasedAt.IsZero() {
			continue
		}
		r.After = int64(k.ID)
		now, err := r.s.Cases.LockKept(ctx, tx, k.ID)
		if err != nil {
			return err
		}
		j, err := r.s.judging(ctx, tx, r.Customers)
		if err != nil {
			return err
		}
		left, stays, err := j.matter(ctx, now)
		if err != nil {
			return err
		}
		if stays {
			return leave(ctx, tx, r.ID, left)
		}
		return r.s.eraseCase(ctx, tx, r.ID, now.ID, now.BrandID, r.Counts)
	}
	r.to(r.Step.next())
	return nil
}

// eraseCase takes the words out of a case that is locked.
func (s *Service) eraseCase(ctx context.Context, tx *db.Tx, erasure id.Erasure, key id.Case, brand id.Brand, counts Counts) error {
	if err := s.eraseThing(ctx, tx, erasure, personal.Case, int64(key), counts); err != nil {
		return err
	}
	if err := s.Index.ForgetCase(ctx, tx, key); err != nil {
		return err
	}
	return tx.Record(ctx, fact.CaseErased{Case: key, Brand: brand})
}

// eraseThing empties all tables of a thing and dooms the bytes that they named.
func (s *Service) eraseThing(ctx context.Context, tx *db.Tx, erasure id.Erasure, of personal.Thing, key int64, counts Counts) error {
	for _, t := range s.tablesOf(of) {
		blobs, err := t.Blobs(ctx, tx, key, false)
		if err != nil {
			return err
		}
		for _, b := range blobs {
			if err := doom(ctx, tx, erasure, b.Key); err != nil {
				return err
			}
		}
		n, err := t.Erase(ctx, tx, key)
		if err != nil {
			return err
		}
		counts[string(t.Class)] += n
	}
	return nil
}

// stays returns how much has to stay so far, and whether a hold is on the person by now.
func (r *run) stays(ctx context.Context, tx *db.Tx) (left int64, held bool, err error) {
	j, err := r.s.judging(ctx, tx, r.Customers)
	if err != nil {
		return 0, false, err
	}
	left, err = leftCount(ctx, tx, r.ID)
	return left, j.who[r.CustomerID], err
}

// visits forgets who looked at which pages, unless somebody is there.
func (r *run) visits(ctx context.Context, tx *db.Tx) error {
	_, held, err := r.stays(ctx, tx)
	if err != nil {
		return err
	}
	present, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM erasure_left WHERE tenant_id = $1 AND erasure_id = $2 AND reason = $3`,
		actor.From(ctx).Tenant, r.ID, string(OpenConversation))
	if err != nil {
		return err
	}
	for _, key := range r.who.points {
		if int64(key) <= r.After || held || present > 0 {
			continue
		}
		r.After = int64(key)
		return r.s.eraseThing(ctx, tx, r.ID, personal.ContactPoint, int64(key), r.Counts)
	}
	r.to(r.Step.next())
	return nil
}

// texts looks through rows that nothing but their words ties to the person. While something
// stays that needs the person's addresses, they stay too.
func (r *run) texts(ctx context.Context, tx *db.Tx) error {
	left, held, err := r.stays(ctx, tx)
	if err != nil {
		return err
	}
	tables, at := r.s.tablesOf(personal.Texts), r.Step.table()
	if left > 0 || held || at >= len(tables) {
		r.to(r.Step.next())
		return nil
	}
	opened, err := r.s.Sealer.Open(r.Texts, textsContext(ctx, r.ID))
	if err != nil {
		return err
	}
	n, next, err := tables[at].Sweep(ctx, tx, strings.Split(string(opened), "\n"), r.After)
	if err != nil {
		return err
	}
	r.Counts[string(tables[at].Class)] += n
	r.After = next
	if next == 0 {
		r.to(Step(string(stepTexts) + "." + strconv.Itoa(at+1)))
	}
	return nil
}

// identity forgets who the person was, if nothing stays that has to be known as theirs.
func (r *run) identity(ctx context.Context, tx *db.Tx) error {
	if again, err := r.lookAgain(ctx, tx); err != nil || again {
		return err
	}
	left, held, err := r.stays(ctx, tx)
	if err != nil {
		return err
	}
	r.to(r.Step.next())
	if left > 0 || held {
		why := Needed
		if held {
			why = Held
		}
		for _, c := range r.Customers {
			if err := leave(ctx, tx, r.ID, Left{Kind: personal.Customer, ThingID: int64(c), Reason: why}); err != nil {
				return err
			}
		}
		return nil
	}
	for _, c := range r.Customers {
		if err := r.s.eraseThing(ctx, tx, r.ID, personal.Customer, int64(c), r.Counts); err != nil {
			return err
		}
	}
	return r.s.Index.Forget(ctx, tx, r.Customers, nil)
}

// compact has the index give up the words that it holds of what is gone.
func (r *run) compact(ctx context.Context, tx *db.Tx) error {
	more, err := r.s.Index.Compact(ctx, tx, r.After == 0)
	if err != nil {
		return err
	}
	if r.After++; !more {
		r.to(r.Step.next())
	}
	return nil
}

// lookAgain goes back if the person has written since: what is new is looked at as well.
func (r *run) lookAgain(ctx context.Context, tx *db.Tx) (bool, error) {
	who, err := r.s.person(ctx, tx, r.Customers)
	if err != nil {
		return false, err
	}
	left, err := db.Many[Left](ctx, tx, `SELECT kind, thing_id, reason, detail FROM erasure_left WHERE tenant_id = $1 AND erasure_id = $2`, actor.From(ctx).Tenant, r.ID)
	if err != nil {
		return false, err
	}
	known := map[personal.Thing]map[int64]bool{personal.Conversation: {}, personal.Case: {}, personal.Customer: {}}
	for _, l := range left {
		known[l.Kind][l.ThingID] = true
	}
	fresh := false
	for _, k := range who.conversations {
		fresh = fresh || k.ErasedAt.IsZero() && !known[personal.Conversation][int64(k.ID)]
	}
	for _, k := range who.cases {
		fresh = fresh || k.ErasedAt.IsZero() && !known[personal.Case][int64(k.ID)]
	}
	if fresh {
		r.who = who
		r.to(stepConversations)
	}
	return fresh, nil
}

// certify ends the erasure with its proof.
func (r *run) certify(ctx context.Context, tx *db.Tx) error {
	left, err := leftOf(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	r.State, r.DoneAt, r.Texts, r.Left = Done, tx.Now(), "", left
	c, err := issue(ctx, tx, r.Erasure)
	if err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Entry{
		Action: "customer.erased", Subject: audit.Subject{Kind: "erasure", ID: int64(r.ID)}, Brand: r.BrandID,
		After: map[string]any{"certificate": c.Number, "left": len(left)},
	}); err != nil {
		return err
	}
	return tx.Record(ctx, fact.CustomerErased{Customer: r.CustomerID, Brand: r.BrandID, Erasure: r.ID, Left: len(left)})
}

// Name returns the step without where it is in it.
func (s Step) Name() string {
	name, _, _ := strings.Cut(string(s), ".")
	return name
}
