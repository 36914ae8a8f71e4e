package privacy

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// State is how far an erasure or an export is.
type State string

// States.
const (
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
	Expired State = "expired"
)

// Erasure is the removal of what is kept about a person, or about an organisation.
type Erasure struct {
	ID         id.Erasure
	BrandID    id.Brand
	CustomerID id.Customer // 0: an organisation's
	State      State
	Reference  string
	Step       Step
	After      int64
	Counts     Counts        `db:"counts,json"`
	Customers  []id.Customer `db:"customers,json"`
	Texts      string
	MadeBy     id.User
	MadeByName string
	MadeAt     time.Time
	DoneAt     time.Time

	OrganisationID id.Organisation   // 0: a person's
	Organisations  []id.Organisation `db:"-"` // of which nothing is left; known while it is done

	Left []Left `db:"-"`
}

const erasureColumns = `id, brand_id, customer_id, state, reference, step, after, counts, customers, texts, made_by, made_by_name, made_at, done_at, organisation_id`

// Preview is what an erasure would do.
type Preview struct {
	Customers []id.Customer // all who are held to be the person
	Counts    Counts        // what would go
	Left      []Left        // what would stay, 100 at most
	More      bool          // there is more than was counted
	Held      bool          // nothing may go: a hold is on the person
	Holds     []Hold        // by which it or a case of it stays, the newest first, 100 at most
	Running   bool          // one is on its way
}

// Bounds of a preview.
const (
	maxPreviewed = 500 // conversations and cases that are looked at
	maxShownLeft = 100
)

// PreviewErasure returns what the removal of what is kept about a customer would do, without doing it.
func (s *Service) PreviewErasure(ctx context.Context, customer id.Customer) (Preview, error) {
	const op = "privacy.PreviewErasure"
	if _, err := require(ctx, op, actor.CustomerErase); err != nil {
		return Preview{}, err
	}
	p := Preview{Counts: Counts{}}
	err := s.DB.View(ctx, func(q db.Queryer) error {
		if _, err := s.Customers.Reach(ctx, q, actor.CustomerErase, customer); err != nil {
			return err
		}
		var err error
		if p.Customers, err = s.Customers.Group(ctx, q, customer); err != nil {
			return err
		}
		if _, p.Running, err = running(ctx, q, p.Customers[0]); err != nil {
			return err
		}
		return s.preview(ctx, q, &p)
	})
	return p, errs.Op(op, err)
}

func (s *Service) preview(ctx context.Context, q db.Queryer, p *Preview) error {
	who, err := s.person(ctx, q, p.Customers)
	if err != nil {
		return err
	}
	j, err := s.judging(ctx, q, p.Customers)
	if err != nil {
		return err
	}
	p.Held = j.who[p.Customers[0]]
	looked := 0
	for _, k := range who.conversations {
		if looked++; looked > maxPreviewed {
			p.More = true
			break
		}
		left, stays, err := j.conversation(ctx, k)
		if err != nil {
			return err
		}
		if err := s.count(ctx, q, p, left, stays); err != nil {
			return err
		}
	}
	for _, k := range who.cases[:min(len(who.cases), maxPreviewed)] {
		left, stays, err := j.matter(ctx, k)
		if err != nil {
			return err
		}
		if err := s.count(ctx, q, p, left, stays); err != nil {
			return err
		}
	}
	p.More = p.More || len(who.cases) > maxPreviewed
	if p.Holds, err = s.named(ctx, q, j.holds, p.Customers); err != nil {
		return err
	}
	return s.previewIdentity(ctx, q, p, who)
}

// named returns the holds on customers and on cases, the newest first. Holds on others whose cases were met are not among them.
func (s *Service) named(ctx context.Context, q db.Queryer, met map[id.Hold]Hold, customers []id.Customer) ([]Hold, error) {
	out := slices.SortedFunc(maps.Values(met), func(a, b Hold) int { return cmp.Compare(b.ID, a.ID) })
	out = slices.DeleteFunc(out, func(h Hold) bool {
		return h.Kind == personal.Customer && !slices.Contains(customers, id.Customer(h.ThingID))
	})
	out = out[:min(len(out), maxShownLeft)]
	for i := range out {
		if err := s.entitle(ctx, q, actor.CustomerErase, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// previewIdentity counts what goes last: only if nothing stays that needs it.
func (s *Service) previewIdentity(ctx context.Context, q db.Queryer, p *Preview, who person) error {
	open := false
	for _, l := range p.Left {
		open = open || l.Reason == OpenConversation
	}
	for _, of := range []personal.Thing{personal.ContactPoint, personal.Customer} {
		keys := who.things(of)
		stays := len(p.Left) > 0 || p.Held
		if of == personal.ContactPoint {
			stays = open || p.Held
		}
		for _, key := range keys[:min(len(keys), maxPreviewed)] {
			left := Left{Kind: of, ThingID: key, Reason: Needed}
			if p.Held {
				left.Reason = Held
			}
			if err := s.count(ctx, q, p, left, stays); err != nil {
				return err
			}
		}
	}
	return nil
}

// count adds what would go of a thing, or that it stays.
func (s *Service) count(ctx context.Context, q db.Queryer, p *Preview, left Left, stays bool) error {
	if stays {
		if left.Kind == personal.ContactPoint {
			return nil // it is the customer who stays
		}
		if len(p.Left) < maxShownLeft {
			p.Left = append(p.Left, left)
		} else {
			p.More = true
		}
		return nil
	}
	for _, t := range s.tablesOf(left.Kind) {
		if t.Forget == nil {
			n, err := t.Count(ctx, q, left.ThingID)
			if err != nil {
				return err
			}
			p.Counts[string(t.Class)] += n
		}
		blobs, err := t.Blobs(ctx, q, left.ThingID, false)
		if err != nil {
			return err
		}
		p.Counts[blobCount] += int64(len(blobs))
	}
	return nil
}

// running returns the erasure of a customer that is on its way, and whether there is one.
func running(ctx context.Context, q db.Queryer, customer id.Customer) (id.Erasure, bool, error) {
	return db.Find[id.Erasure](ctx, q, `SELECT id FROM erasure WHERE tenant_id = $1 AND customer_id = $2 AND state = 'running'`, actor.From(ctx).Tenant, customer)
}

// EraseJob asks for the next steps of an erasure.
type EraseJob struct {
	Erasure id.Erasure `json:"erasure"`
}

// Kind returns "privacy.erase".
func (EraseJob) Kind() string { return "privacy.erase" }

// eraseAttempts spans weeks: an erasure that was begun is not given up.
const eraseAttempts = 200

// StartErasure begins to remove what is kept about a customer. reference names the request, without a name.
func (s *Service) StartErasure(ctx context.Context, customer id.Customer, reference string) (Erasure, error) {
	const op = "privacy.StartErasure"
	a, err := require(ctx, op, actor.CustomerErase)
	if err != nil {
		return Erasure{}, err
	}
	var f check.Fields
	f.Optional("reference", reference, MaxReason)
	if err := f.Err(op); err != nil {
		return Erasure{}, err
	}
	var e Erasure
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		c, err := s.Customers.Reach(ctx, tx, actor.CustomerErase, customer)
		if err != nil {
			return err
		}
		e = Erasure{
			ID: id.New[id.Erasure](), BrandID: c.BrandID, State: Running, Reference: strings.TrimSpace(reference), Step: stepConversations,
			Counts: Counts{}, MadeBy: a.User, MadeByName: a.Name, MadeAt: tx.Now(),
		}
		if e.Customers, err = s.Customers.Group(ctx, tx, customer); err != nil {
			return err
		}
		e.CustomerID = e.Customers[0]
		return s.begin(ctx, tx, op, &e)
	})
	return e, errs.Op(op, err)
}

func (s *Service) begin(ctx context.Context, tx *db.Tx, op string, e *Erasure) error {
	j, err := s.judging(ctx, tx, e.Customers)
	if err != nil {
		return err
	}
	if j.who[e.CustomerID] {
		return errs.New(errs.Conflict, op, "erasure.held")
	}
	if _, runs, err := running(ctx, tx, e.CustomerID); err != nil || runs {
		if runs {
			err = errs.New(errs.Conflict, op, "erasure.running")
		}
		return err
	}
	var texts []string
	for _, c := range e.Customers {
		more, err := s.Customers.Traces(ctx, tx, c)
		if err != nil {
			return err
		}
		texts = append(texts, more...)
	}
	e.Texts = s.Sealer.Seal([]byte(strings.Join(texts, "\n")), textsContext(ctx, e.ID))
	_, err = db.Exec(ctx, tx, `INSERT INTO erasure (tenant_id, id, brand_id, customer_id, state, reference, step, counts, customers, texts, made_by, made_by_name, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		actor.From(ctx).Tenant, e.ID, e.BrandID, e.CustomerID, string(e.State), e.Reference, string(e.Step), db.JSON(e.Counts), db.JSON(e.Customers), e.Texts,
		e.MadeBy, e.MadeByName, e.MadeAt)
	if err != nil {
		return err
	}
	if err := forgetExports(ctx, tx, e.ID, e.Customers); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Entry{Action: "customer.erase", Subject: audit.Subject{Kind: "erasure", ID: int64(e.ID)}, Brand: e.BrandID, After: map[string]any{"customer_id": e.CustomerID}}); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, EraseJob{Erasure: e.ID}, job.Attempts(eraseAttempts))
}

// textsContext says whose sealed texts are.
func textsContext(ctx context.Context, e id.Erasure) string {
	return "erasure " + actor.From(ctx).Tenant.String() + " " + e.String()
}

// GetErasure returns an erasure with what it has left.
func (s *Service) GetErasure(ctx context.Context, key id.Erasure) (Erasure, error) {
	const op = "privacy.GetErasure"
	a, err := require(ctx, op, actor.CustomerErase)
	if err != nil {
		return Erasure{}, err
	}
	w := ofBrands(a)
	w.And("id = ?", key)
	e, err := db.One[Erasure](ctx, s.DB, `SELECT `+erasureColumns+` FROM erasure`+w.SQL(), w.Args()...)
	if err != nil {
		return Erasure{}, errs.Op(op, err)
	}
	e.Left, err = leftOf(ctx, s.DB, e.ID)
	return e, errs.Op(op, err)
}

// ErasureFilter narrows a list of erasures. Zero fields take all.
type ErasureFilter struct {
	Customer     id.Customer
	Organisation id.Organisation
	Before       id.Erasure // older than this one
	Limit        int
}

// Erasures returns erasures, the newest first, one more than the limit if there are more.
func (s *Service) Erasures(ctx context.Context, f ErasureFilter) ([]Erasure, error) {
	const op = "privacy.Erasures"
	a, err := require(ctx, op, actor.CustomerErase)
	if err != nil {
		return nil, err
	}
	w := ofBrands(a)
	if f.Organisation != 0 {
		w.And("organisation_id = ?", f.Organisation)
	}
	if f.Customer != 0 {
		group, err := s.Customers.Group(ctx, s.DB, f.Customer)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		w.And("customer_id = ?", group[0])
	}
	if f.Before != 0 {
		w.And("id < ?", f.Before)
	}
	found, err := db.Many[Erasure](ctx, s.DB, `SELECT `+erasureColumns+` FROM erasure`+w.SQL()+` ORDER BY id DESC LIMIT `+w.Arg(max(1, min(f.Limit, maxPage))+1), w.Args()...)
	return found, errs.Op(op, err)
}
