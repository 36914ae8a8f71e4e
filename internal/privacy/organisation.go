package privacy

import (
	"context"
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
	Holds        []Hold // by which it stays: each on somebody who belongs to it, or on a case of theirs
}

// PreviewOrganisationErasure returns what erasing an organisation would do, without doing it.
func (s *Service) PreviewOrganisationErasure(ctx context.Context, key id.Organisation) (OrganisationPreview, error) {
	const op = "privacy.PreviewOrganisationErasure"
	if _, err := require(ctx, op, actor.CustomerErase); err != nil {
		return OrganisationPreview{}, err
	}
	var p OrganisationPreview
	err := s.DB.View(ctx, func(q db.Queryer) error {
		var (
			all []id.Organisation
			err error
		)
		if p.Organisation, all, err = s.erasable(ctx, q, op, key, ""); err != nil {
			return err
		}
		p.Joined = len(all) - 1
		for _, one := range all {
			n, err := s.Organisations.CountPeople(ctx, q, one)
			if err != nil {
				return err
			}
			p.People = min(p.People+n, customer.MaxPeopleCount)
		}
		if p.Holds, err = s.holdsOver(ctx, q, p.Organisation.BrandID, all); err != nil {
			return err
		}
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
// belong to none. While a hold is on one of them nothing goes. The reason stands in the log.
func (s *Service) EraseOrganisation(ctx context.Context, key id.Organisation, reason string) (customer.Organisation, error) {
	const op = "privacy.EraseOrganisation"
	if _, err := require(ctx, op, actor.CustomerErase); err != nil {
		return customer.Organisation{}, err
	}
	var f check.Fields
	reason = strings.TrimSpace(reason)
	f.Text("reason", reason, MaxReason)
	if err := f.Err(op); err != nil {
		return customer.Organisation{}, err
	}
	var gone customer.Organisation
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		o, all, err := s.erasable(ctx, tx, op, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		holds, err := s.holdsOver(ctx, tx, o.BrandID, all)
		if err != nil {
			return err
		}
		if len(holds) > 0 {
			return errs.New(errs.Conflict, op, "organisation.held")
		}
		people, err := s.Organisations.Forget(ctx, tx, o.BrandID, all)
		if err != nil {
			return err
		}
		if err := s.forgetTraces(ctx, tx, all); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Entry{
			Action: "organisation.erase", Subject: audit.Subject{Kind: subjectOrganisation, ID: int64(o.ID)}, Brand: o.BrandID,
			After: map[string]any{"reason": reason, "people": people, "joined": len(all) - 1},
		}); err != nil {
			return err
		}
		gone, err = s.Organisations.Reach(ctx, tx, actor.CustomerErase, key, "")
		return err
	})
	return gone, errs.Op(op, err)
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

// holdsPage is how many holds are looked at together.
const holdsPage = "200"

// holdsOver returns the holds that stand on people of organisations, or on cases of theirs, the newest first.
func (s *Service) holdsOver(ctx context.Context, q db.Queryer, brand id.Brand, all []id.Organisation) ([]Hold, error) {
	var over []Hold
	for before := id.Hold(1<<63 - 1); ; {
		page, err := db.Many[Hold](ctx, q, `SELECT `+holdColumns+` FROM legal_hold WHERE tenant_id = $1 AND brand_id = $2 AND released_at = 0 AND id < $3
			ORDER BY id DESC LIMIT `+holdsPage, actor.From(ctx).Tenant, brand, before)
		if err != nil || len(page) == 0 {
			return over, err
		}
		for _, h := range page {
			of, err := s.heldCustomers(ctx, q, h)
			if err != nil {
				return nil, err
			}
			is, err := s.Organisations.Belongs(ctx, q, of, all)
			if err != nil {
				return nil, err
			}
			if is && len(over) < maxShownLeft {
				over = append(over, h)
			}
		}
		before = page[len(page)-1].ID
	}
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
