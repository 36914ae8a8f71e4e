package customer

import (
	"context"
	"strconv"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// meant is a row of a file with the customer that it means.
type meant struct {
	customer id.Customer
	row      Row
}

// overwriteRows writes what rows say over what is known; what they leave open stays. It returns whom each row
// changed, in order: somebody whom two rows mean has what both say, and is there twice.
func (s *Service) overwriteRows(ctx context.Context, tx *db.Tx, rows []meant) (changed []id.Customer, err error) {
	before, err := s.lockAll(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	now := map[id.Customer]Customer{}
	for _, m := range rows {
		old, found := before[m.customer]
		if !found {
			return nil, errs.New(errs.NotFound, "customer.Import", "not_found")
		}
		c, again := now[m.customer]
		if !again {
			c = old
		}
		if !c.ErasedAt.IsZero() || !m.row.over(&c) {
			continue
		}
		c.Rev, c.ChangedAt = c.Rev+1, tx.Now()
		now[m.customer] = c
		changed = append(changed, m.customer)
	}
	if len(now) == 0 {
		return nil, nil
	}
	return changed, s.updateRows(ctx, tx, before, now)
}

// over writes what a row says over a customer, and reports whether that changes anything.
func (r Row) over(c *Customer) bool {
	said := func(text string) *string {
		if text == "" {
			return nil
		}
		return &text
	}
	d := Details{Name: said(r.Name), Email: said(r.Email), Phone: said(r.Phone), Company: said(r.Company), Language: said(r.Language), About: said(r.About)}
	return d.apply(c)
}

// lockAll returns the customers that rows mean. They are locked in the order of their keys, so that two files do not wait for each other.
func (s *Service) lockAll(ctx context.Context, tx *db.Tx, rows []meant) (map[id.Customer]Customer, error) {
	keys := map[string]int{}
	for _, m := range rows {
		keys[m.customer.String()] = 1
	}
	w := scope(actor.From(ctx))
	w.And("id "+tx.Among("?"), db.JSON(keys))
	all, err := db.Many[Customer](ctx, tx, `SELECT `+customerColumns+` FROM customer`+w.SQL()+` ORDER BY id`+tx.ForUpdate(), w.Args()...)
	found := make(map[id.Customer]Customer, len(all))
	for _, c := range all {
		found[c.ID] = c
	}
	return found, err
}

// updateRows stores what customers of one brand have become, finds them by their new words and shows their new names.
func (s *Service) updateRows(ctx context.Context, tx *db.Tx, before, now map[id.Customer]Customer) error {
	var own, terms db.Rows
	for key, c := range now {
		old := before[key]
		own.Add(int64(key), map[string]string{
			"name": c.Name, "email": c.Email, "phone": c.Phone, "company": c.Company, "language": c.Language, "about": c.About,
			"brand": c.BrandID.String(), "rev": strconv.FormatInt(c.Rev, 10),
		})
		if gone, new := lostAndWon(old.terms(), c.terms()); len(gone)+len(new) > 0 {
			terms.Add(int64(key), map[string]any{"brand": c.BrandID.String(), "gone": gone, "new": new})
		}
		if c.Name == old.Name {
			continue
		}
		if err := s.followers.CustomerRenamed(ctx, tx, key, c.Name); err != nil {
			return err
		}
	}
	// They are there and locked: it is an INSERT because SQLite joins the rows of an UPDATE … FROM in the wrong order.
	err := db.Write(ctx, tx, `INSERT INTO customer (tenant_id, `+ownColumns+`)
		SELECT CAST($1 AS BIGINT), CAST(key AS BIGINT), CAST(value ->> 'brand' AS BIGINT), value ->> 'name', value ->> 'email', value ->> 'phone', value ->> 'company',
			value ->> 'language', value ->> 'about', CAST(value ->> 'rev' AS BIGINT), CAST($2 AS BIGINT), CAST($2 AS BIGINT) FROM json_each($3)
		WHERE TRUE ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, email = excluded.email, phone = excluded.phone, company = excluded.company,
			language = excluded.language, about = excluded.about, rev = excluded.rev, changed_at = excluded.changed_at`,
		actor.From(ctx).Tenant, tx.Now(), own.Arg())
	if err != nil || terms.Len() == 0 {
		return err
	}
	return s.replaceTerms(ctx, tx, &terms)
}

// counted returns words as members of an object.
func counted(words []string) map[string]int {
	members := make(map[string]int, len(words))
	for _, word := range words {
		members[word] = 1
	}
	return members
}

// lostAndWon returns which words are no more, and which are new.
func lostAndWon(before, now []string) (lost, won map[string]int) {
	lost, won = counted(before), counted(now)
	for word := range won {
		if _, both := lost[word]; both {
			delete(lost, word)
			delete(won, word)
		}
	}
	return lost, won
}

// replaceTerms has customers no longer found by words that are gone, but by new ones.
func (s *Service) replaceTerms(ctx context.Context, tx *db.Tx, terms *db.Rows) error {
	tenant := actor.From(ctx).Tenant
	err := db.Write(ctx, tx, `DELETE FROM customer_term WHERE tenant_id = $1 AND customer_id `+tx.Among("$2")+`
		AND (customer_id, term) IN (SELECT CAST(c.key AS BIGINT), t.key FROM json_each($2) c CROSS JOIN json_each(c.value -> 'gone') t)`, tenant, terms.Arg())
	if err != nil {
		return err
	}
	return db.Write(ctx, tx, `INSERT INTO customer_term (tenant_id, brand_id, term, customer_id)
		SELECT CAST($1 AS BIGINT), CAST(c.value ->> 'brand' AS BIGINT), t.key, CAST(c.key AS BIGINT)
		FROM json_each($2) c CROSS JOIN json_each(c.value -> 'new') t`, tenant, terms.Arg())
}
