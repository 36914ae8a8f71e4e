package privacy

import (
	"context"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// subjectOrganisation is what the log calls an organisation.
const subjectOrganisation = "organisation"

// OrganisationPreview is what the removal of an organisation would do.
type OrganisationPreview struct {
	Organisation customer.Organisation
	People       int    // who would belong to none; none above customer.MaxPeopleCount
	Joined       int    // others that are held to be it, and would go with it
	Left         []Left // what would stay, and why: organisations, and who belongs to them
	Held         bool   // nothing would go
	Holds        []Hold // by which something stays: each on somebody who belongs to it, or on a case of theirs
}

// Classes by which the certificate counts what has gone of an organisation.
const (
	countOrganisations = "organisations"
	countPeople        = "people" // who belong to it no more
)

// PreviewOrganisationErasure returns what erasing an organisation would do, without doing it.
func (s *Service) PreviewOrganisationErasure(ctx context.Context, key id.Organisation) (OrganisationPreview, error) {
	const op = "privacy.PreviewOrganisationErasure"
	if _, err := require(ctx, op, actor.CustomerErase); err != nil {
		return OrganisationPreview{}, err
	}
	var p OrganisationPreview
	err := s.DB.View(ctx, func(q db.Queryer) error {
		o, all, err := s.erasable(ctx, q, op, key, "")
		if err != nil {
			return err
		}
		f, err := s.fateOf(ctx, q, o.BrandID, all)
		if err != nil {
			return err
		}
		p = OrganisationPreview{Organisation: o, Left: f.left(), Holds: f.holds}
		p.Joined = len(slices.DeleteFunc(slices.Clone(f.goes), func(one id.Organisation) bool { return one == key }))
		for _, one := range all {
			n, err := s.Organisations.CountPeople(ctx, q, one)
			if err != nil {
				return err
			}
			p.People = min(p.People+max(n-len(f.people[one]), 0), customer.MaxPeopleCount)
		}
		p.Held = len(f.goes) == 0 && p.People == 0
		for i := range p.Holds {
			if err := s.entitle(ctx, q, actor.CustomerErase, &p.Holds[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return p, errs.Op(op, err)
}

// EraseOrganisation removes all that is known of an organisation and of those that are held to be
// it: names, addresses, domains, what was written about it, in the log too. Its people stay, and
// belong to none. While a hold is on somebody, they go on belonging to theirs, which stays as it is, with
// what it is held to be; that stands in the certificate. The reason stands in the log.
func (s *Service) EraseOrganisation(ctx context.Context, key id.Organisation, reason string) (Erasure, error) {
	const op = "privacy.EraseOrganisation"
	a, err := require(ctx, op, actor.CustomerErase)
	if err != nil {
		return Erasure{}, err
	}
	var f check.Fields
	reason = strings.TrimSpace(reason)
	f.Text("reason", reason, MaxReason)
	if err := f.Err(op); err != nil {
		return Erasure{}, err
	}
	var e Erasure
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		o, all, err := s.erasable(ctx, tx, op, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		fate, err := s.fateOf(ctx, tx, o.BrandID, all)
		if err != nil {
			return err
		}
		e = Erasure{
			ID: id.New[id.Erasure](), BrandID: o.BrandID, OrganisationID: o.ID, State: Done, Step: stepCertificate, Customers: []id.Customer{}, Organisations: fate.goes,
			MadeBy: a.User, MadeByName: a.Name, MadeAt: tx.Now(), DoneAt: tx.Now(), Left: fate.left(),
		}
		if e.Counts, err = s.eraseFirms(ctx, tx, o.BrandID, fate); err != nil {
			return err
		}
		if len(fate.goes) == 0 && e.Counts[countPeople] == 0 {
			return errs.New(errs.Conflict, op, "organisation.held")
		}
		return s.proveFirm(ctx, tx, e, reason)
	})
	return e, errs.Op(op, err)
}

// eraseFirms does what a fate says, and counts it.
func (s *Service) eraseFirms(ctx context.Context, tx *db.Tx, brand id.Brand, f fate) (Counts, error) {
	people, err := s.Organisations.Forget(ctx, tx, brand, f.goes)
	if err != nil {
		return nil, err
	}
	for _, key := range f.stays {
		n, err := s.Organisations.LetGo(ctx, tx, key, f.people[key])
		if err != nil {
			return nil, err
		}
		people += n
	}
	counts := Counts{countOrganisations: int64(len(f.goes)), countPeople: people}
	if len(f.goes) == 0 {
		return counts, nil
	}
	return counts, s.forgetTraces(ctx, tx, f.goes)
}

// proveFirm keeps the erasure of an organisation with its certificate, and says so in the log.
func (s *Service) proveFirm(ctx context.Context, tx *db.Tx, e Erasure, reason string) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO erasure (tenant_id, id, brand_id, customer_id, state, step, counts, made_by, made_by_name, made_at, done_at, organisation_id)
		VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11)`,
		actor.From(ctx).Tenant, e.ID, e.BrandID, string(e.State), string(e.Step), db.JSON(e.Counts), e.MadeBy, e.MadeByName, e.MadeAt, e.DoneAt, e.OrganisationID)
	if err != nil {
		return err
	}
	for _, l := range e.Left {
		if err := leave(ctx, tx, e.ID, l); err != nil {
			return err
		}
	}
	c, err := issue(ctx, tx, e)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{
		Action: "organisation.erase", Subject: audit.Subject{Kind: subjectOrganisation, ID: int64(e.OrganisationID)}, Brand: e.BrandID,
		After: map[string]any{
			"reason": reason, "people": e.Counts[countPeople], "organisations": e.Counts[countOrganisations], "left": len(e.Left), "certificate": c.Number,
		},
	})
}

// erasable returns an organisation that may be erased, with all that are held to be it, itself first.
func (s *Service) erasable(ctx context.Context, q db.Queryer, op string, key id.Organisation, lock string) (customer.Organisation, []id.Organisation, error) {
	o, err := s.Organisations.Reach(ctx, q, actor.CustomerErase, key, lock)
	switch {
	case err != nil:
		return o, nil, err
	case !o.ErasedAt.IsZero():
		return o, nil, errs.New(errs.Conflict, op, "organisation.erased")
	case o.JoinedInto != 0: // the one that it is held to be goes, and it with that one
		return o, nil, errs.New(errs.Conflict, op, "organisation.joined")
	}
	all, err := s.Organisations.Same(ctx, q, key)
	return o, all, err
}

// forgetTraces takes what organisations said of themselves from the log and from what can be found.
func (s *Service) forgetTraces(ctx context.Context, tx *db.Tx, all []id.Organisation) error {
	for _, key := range all {
		if err := audit.Forget(ctx, tx, audit.Subject{Kind: subjectOrganisation, ID: int64(key)}); err != nil {
			return err
		}
	}
	if err := s.Index.ForgetOrganisations(ctx, tx, all); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, CompactJob{First: true})
}

// heldCustomers returns whom a hold is about, with all who are held to be the same.
func (s *Service) heldCustomers(ctx context.Context, q db.Queryer, h Hold) ([]id.Customer, error) {
	who := id.Customer(h.ThingID)
	if h.Kind == personal.Case {
		k, err := s.Cases.KeptByID(ctx, q, id.Case(h.ThingID))
		if errs.Is(errs.NotFound, err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		who = k.CustomerID
	}
	all, err := s.Customers.Group(ctx, q, who)
	if errs.Is(errs.NotFound, err) {
		return nil, nil
	}
	return all, err
}

// CompactJob asks for the words to go that the index holds of documents that are gone.
type CompactJob struct {
	First bool `json:"first,omitzero"` // it begins
}

// Kind returns "privacy.compact".
func (CompactJob) Kind() string { return "privacy.compact" }

// Compact is the worker of CompactJob: a piece at a time, each leaves the next behind.
func (s *Service) Compact(ctx context.Context, j CompactJob) error {
	return errs.Op("privacy.Compact", s.DB.Update(ctx, func(tx *db.Tx) error {
		more, err := s.Index.Compact(ctx, tx, j.First)
		if err != nil || !more {
			return err
		}
		return job.Enqueue(ctx, tx, CompactJob{})
	}))
}
