package privacy

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of a dry run.
const (
	maxDryPages = 50 // of each lane
	maxExamples = 5
)

// DryClass is what tonight's retention would remove of a class.
type DryClass struct {
	Class    personal.Class
	Goes     int64
	Stays    int64   // old enough, but held, open or kept by law
	Examples []int64 // keys of some that would go
	More     bool    // there are more than were looked at
}

// DryRun returns what tonight's retention would remove, without removing it.
func (s *Service) DryRun(ctx context.Context) ([]DryClass, error) {
	const op = "privacy.DryRun"
	a, err := require(ctx, op, actor.RetentionEdit)
	if err != nil {
		return nil, err
	}
	var out []DryClass
	err = s.DB.View(ctx, func(q db.Queryer) error {
		j, err := s.judging(ctx, q, nil)
		if err != nil {
			return err
		}
		lanes, err := s.lanes(ctx, q, j.rules)
		if err != nil {
			return err
		}
		byClass := map[personal.Class]*DryClass{}
		for _, l := range lanes {
			if byClass[l.Class] == nil {
				byClass[l.Class] = &DryClass{Class: l.Class}
			}
			if err := s.dry(ctx, a, j, l, byClass[l.Class]); err != nil {
				return err
			}
		}
		for _, class := range Retained() {
			if d := byClass[class]; d != nil {
				out = append(out, *d)
			}
		}
		return nil
	})
	return out, errs.Op(op, err)
}

func (s *Service) dry(ctx context.Context, a actor.Actor, j *judge, l lane, d *DryClass) error {
	w := Window{Brand: l.brand, Before: j.now.AddDate(0, 0, -l.days)}
	if l.brand != 0 && !a.Brands.Has(l.brand) {
		return nil
	}
	for page := range maxDryPages {
		olds, err := l.Next(ctx, j.q, w)
		if err != nil || len(olds) == 0 {
			return err
		}
		for _, o := range olds {
			w.At, w.After = o.At, o.ID
			rule, found := j.rules.of(o.Brand, l.Class, o.Topic)
			if !a.Brands.Has(o.Brand) || !found || rule.MostDays == 0 || younger(o.At, j.now, rule.MostDays) {
				continue
			}
			stays, err := j.protected(ctx, o)
			if err != nil {
				return err
			}
			if stays {
				d.Stays++
				continue
			}
			if d.Goes++; len(d.Examples) < maxExamples {
				d.Examples = append(d.Examples, o.ID)
			}
		}
		d.More = d.More || page == maxDryPages-1
	}
	return nil
}
