package casework

import (
	"context"
	"slices"
	"strconv"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/db"
)

// Staff knows the users of a tenant.
type Staff interface {
	// Teammates returns the members of all teams of user, the user included.
	Teammates(ctx context.Context, q db.Queryer, user id.User) ([]id.User, error)
	// OfBrand returns those of users who are active and may see brand.
	OfBrand(ctx context.Context, q db.Queryer, brand id.Brand, users []id.User) ([]id.User, error)
	// TeamsOf returns the teams in use of user.
	TeamsOf(ctx context.Context, q db.Queryer, user id.User) ([]id.Team, error)
	// HasTeam reports whether the tenant uses a team.
	HasTeam(ctx context.Context, q db.Queryer, team id.Team) (bool, error)
}

// Thread is a conversation as a case needs to know it.
type Thread struct {
	ID       id.Conversation
	Brand    id.Brand
	Customer id.Customer
	Subject  string
}

// Threads knows the conversations that cases are about, and the customers.
type Threads interface {
	// Readable returns a conversation that the actor of ctx may read, or NotFound.
	Readable(ctx context.Context, q db.Queryer, c id.Conversation) (Thread, error)
	// OfInteraction returns the conversation of an interaction, or NotFound.
	OfInteraction(ctx context.Context, q db.Queryer, i id.Interaction) (id.Conversation, error)
	// BrandOf returns the brand of a customer whom the actor of ctx may know, or NotFound.
	BrandOf(ctx context.Context, q db.Queryer, c id.Customer) (id.Brand, error)
	// Find returns a conversation whoever acts.
	Find(ctx context.Context, q db.Queryer, c id.Conversation) (Thread, error)
}

// Service is all that can be done with cases.
type Service struct {
	db      *db.DB
	setup   *Setup
	staff   Staff
	threads Threads
}

// New returns a Service that stores in d.
func New(d *db.DB, setup *Setup, staff Staff, threads Threads) *Service {
	return &Service{db: d, setup: setup, staff: staff, threads: threads}
}

// Open opens a case. With a conversation it is about that, and of its brand and customer.
func (s *Service) Open(ctx context.Context, o Opening) (Case, error) {
	const op = "casework.Open"
	a, err := actor.Require(ctx, op, actor.CaseEdit)
	if err != nil {
		return Case{}, err
	}
	var made Case
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.complete(ctx, tx, op, &o); err != nil {
			return err
		}
		if !a.Brands.Has(o.Brand) {
			return errs.Fields(op, errs.Field{Path: "brand_id", Code: "reference"})
		}
		made, err = s.open(ctx, tx, op, o, 0)
		return err
	})
	return made, errs.Op(op, err)
}

// complete fills what o leaves to the conversation or the customer.
func (s *Service) complete(ctx context.Context, q db.Queryer, op string, o *Opening) error {
	if o.Conversation != 0 {
		t, err := s.threads.Readable(ctx, q, o.Conversation)
		if err != nil {
			return missing(op, "conversation_id", err)
		}
		if o.Brand != 0 && o.Brand != t.Brand {
			return errs.New(errs.Invalid, op, "case.other_brand")
		}
		o.Brand = t.Brand
		if o.Customer == 0 {
			o.Customer = t.Customer
		}
		if o.Subject == "" {
			o.Subject = t.Subject
		}
	}
	if o.Customer != 0 {
		brand, err := s.threads.BrandOf(ctx, q, o.Customer)
		if err != nil {
			return missing(op, "customer_id", err)
		}
		if o.Brand != 0 && o.Brand != brand {
			return errs.New(errs.Invalid, op, "case.other_brand")
		}
		o.Brand = brand
	}
	if o.Brand == 0 {
		return errs.Fields(op, errs.Field{Path: "brand_id", Code: "required"})
	}
	return nil
}

// missing turns "not found" into a fault of the field that named the thing.
func missing(op, path string, err error) error {
	if errs.Is(errs.NotFound, err) {
		return errs.Fields(op, errs.Field{Path: path, Code: "reference"})
	}
	return err
}

// open makes a case of what is complete.
func (s *Service) open(ctx context.Context, tx *db.Tx, op string, o Opening, followUpOf id.Case) (Case, error) {
	c := Case{
		ID: id.New[id.Case](), BrandID: o.Brand, Priority: o.Priority, Tags: []string{}, Fields: map[string]any{},
		Open: true, Version: 1, OpenedBy: actor.From(ctx).User, OpenedAt: tx.Now(), ChangedAt: tx.Now(),
	}
	change := Change{Subject: &o.Subject, Topic: &o.Topic, Tags: &o.Tags, Fields: o.Fields, Owner: &o.Owner, Team: &o.Team, Customer: &o.Customer}
	if err := s.shape(ctx, tx, op, &c, change); err != nil {
		return Case{}, err
	}
	status, err := s.setup.pick(ctx, tx, op, o.Status, Fresh)
	if err != nil {
		return Case{}, err
	}
	if status.Category == Done {
		return Case{}, errs.New(errs.Invalid, op, "case.opened_done")
	}
	c.StatusID, c.Category = status.ID, status.Category
	if c.Number, err = s.nextNumber(ctx, tx); err != nil {
		return Case{}, err
	}
	if err := s.insert(ctx, tx, c); err != nil {
		return Case{}, err
	}
	if err := audit.Write(ctx, tx, audit.Entry{Action: "case.open", Subject: c.subjectOf(), Brand: c.BrandID, After: c.audited()}); err != nil {
		return Case{}, err
	}
	err = tx.Record(ctx, fact.CaseOpened{
		Case: c.ID, Brand: c.BrandID, Customer: c.CustomerID, Number: c.Number, Status: c.StatusID, Category: string(c.Category),
		Priority: c.Priority, Topic: c.Topic, Conversation: o.Conversation, FollowUpOf: followUpOf,
	})
	if err != nil || o.Conversation == 0 {
		return c, err
	}
	_, err = s.tie(ctx, tx, c, Link{Kind: OfConversation, ConversationID: o.Conversation})
	return c, err
}

// shape applies what a change says but the status, and checks it.
func (s *Service) shape(ctx context.Context, q db.Queryer, op string, c *Case, change Change) error {
	before := *c
	change.apply(c)
	if err := c.check(op); err != nil {
		return err
	}
	if change.Fields != nil {
		fields, err := s.setup.fill(ctx, q, op, c.BrandID, c.Fields, change.Fields)
		if err != nil {
			return err
		}
		c.Fields = fields
	}
	if c.OwnerID != 0 && c.OwnerID != before.OwnerID {
		able, err := s.staff.OfBrand(ctx, q, c.BrandID, []id.User{c.OwnerID})
		if err != nil {
			return err
		}
		if len(able) == 0 {
			return errs.Fields(op, errs.Field{Path: "owner_id", Code: "reference"})
		}
	}
	if c.TeamID != 0 && c.TeamID != before.TeamID {
		known, err := s.staff.HasTeam(ctx, q, c.TeamID)
		if err != nil {
			return err
		}
		if !known {
			return errs.Fields(op, errs.Field{Path: "team_id", Code: "reference"})
		}
	}
	if c.CustomerID == 0 || c.CustomerID == before.CustomerID {
		return nil
	}
	brand, err := s.threads.BrandOf(ctx, q, c.CustomerID)
	if err != nil {
		return missing(op, "customer_id", err)
	}
	if brand != c.BrandID {
		return errs.New(errs.Invalid, op, "case.other_brand")
	}
	return nil
}

// Update changes a case. An editor who saw an older version gets a Conflict.
func (s *Service) Update(ctx context.Context, key id.Case, change Change) (Case, error) {
	const op = "casework.Update"
	var after Case
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.lockVisible(ctx, tx, op, key, change.Version)
		if err != nil {
			return err
		}
		after = before
		after.Tags = slices.Clone(before.Tags)
		if err := s.shape(ctx, tx, op, &after, change); err != nil {
			return err
		}
		if change.Status != nil && *change.Status != before.StatusID {
			if err := s.restate(ctx, tx, op, &after, *change.Status); err != nil {
				return err
			}
		}
		return s.save(ctx, tx, "case.update", before, &after)
	})
	return after, errs.Op(op, err)
}

// restate gives a case another status.
func (s *Service) restate(ctx context.Context, tx *db.Tx, op string, c *Case, key id.CaseStatus) error {
	if c.MergedInto != 0 {
		return errs.New(errs.Conflict, op, "case.merged")
	}
	status, err := s.setup.pick(ctx, tx, op, key, "")
	if err != nil {
		return err
	}
	was := c.Category
	c.StatusID, c.Category, c.Open = status.ID, status.Category, status.Category != Done
	switch {
	case c.Category == Done && was != Done:
		c.DoneAt = tx.Now()
		return s.setup.complete(ctx, tx, op, *c)
	case c.Category != Done && was == Done:
		c.DoneAt, c.Reopened = db.Time(0), c.Reopened+1
	}
	return nil
}

// save stores what changed between two states of a case that is locked, and tells of it. Where nothing did, nothing happens.
func (s *Service) save(ctx context.Context, tx *db.Tx, action string, before Case, after *Case) error {
	what := changed(before, *after)
	if len(what) == 0 {
		return nil
	}
	after.Version, after.ChangedAt = before.Version+1, tx.Now()
	if err := s.update(ctx, tx, *after); err != nil {
		return err
	}
	err := audit.Write(ctx, tx, audit.Entry{
		Action: action, Subject: after.subjectOf(), Brand: after.BrandID, Before: before.audited(), After: after.audited(),
	})
	if err != nil {
		return err
	}
	fields, err := s.fieldsChanged(ctx, tx, before, *after)
	if err != nil {
		return err
	}
	for _, f := range factsOf(before, *after, what, fields) {
		if err := tx.Record(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// fieldsChanged returns which of the tenant's own fields differ between two states of a case.
func (s *Service) fieldsChanged(ctx context.Context, q db.Queryer, before, after Case) ([]fact.FieldChange, error) {
	if sameFields(before.Fields, after.Fields) {
		return nil, nil
	}
	known, err := s.setup.definitions(ctx, q, after.BrandID)
	if err != nil {
		return nil, err
	}
	var out []fact.FieldChange
	for _, c := range attribute.Changes(known, before.Fields, after.Fields) {
		out = append(out, fact.FieldChange(c))
	}
	return out, nil
}

// changed names what differs between two states of a case.
func changed(before, after Case) []string {
	var what []string
	note := func(name string, differs bool) {
		if differs {
			what = append(what, name)
		}
	}
	note("subject", before.Subject != after.Subject)
	note("status", before.StatusID != after.StatusID)
	note("priority", before.Priority != after.Priority)
	note("topic", before.Topic != after.Topic)
	note("tags", !slices.Equal(before.Tags, after.Tags))
	note("fields", !sameFields(before.Fields, after.Fields))
	note("owner", before.OwnerID != after.OwnerID)
	note("team", before.TeamID != after.TeamID)
	note("customer", before.CustomerID != after.CustomerID)
	note("merged_into", before.MergedInto != after.MergedInto)
	return what
}

// factsOf returns the facts that tell of a change. What has a fact of its own is not told twice.
func factsOf(before, after Case, what []string, fields []fact.FieldChange) []fact.Fact {
	var facts []fact.Fact
	own := []string{"status", "owner", "team", "merged_into"}
	if rest := slices.DeleteFunc(slices.Clone(what), func(w string) bool { return slices.Contains(own, w) }); len(rest) > 0 {
		facts = append(facts, fact.CaseChanged{
			Case: after.ID, Brand: after.BrandID, What: rest, Priority: after.Priority, Topic: after.Topic, PriorityWas: before.Priority, TopicWas: before.Topic,
			Fields: fields,
		})
	}
	if before.OwnerID != after.OwnerID || before.TeamID != after.TeamID {
		facts = append(facts, fact.CaseAssigned{
			Case: after.ID, Brand: after.BrandID, Owner: after.OwnerID, Team: after.TeamID, OwnerWas: before.OwnerID, TeamWas: before.TeamID,
		})
	}
	if before.StatusID != after.StatusID {
		facts = append(facts, fact.CaseMoved{
			Case: after.ID, Brand: after.BrandID, Status: after.StatusID, From: string(before.Category), Category: string(after.Category),
			Reopened: before.Category == Done && after.Category != Done, StatusWas: before.StatusID,
		})
	}
	return facts
}

func (c Case) subjectOf() audit.Subject {
	return audit.Subject{Kind: "case", ID: int64(c.ID), Name: "#" + strconv.FormatInt(c.Number, 10)}
}

// Escalate changes a case for the system, in the transaction of what made it necessary. It asks for no permission.
func (s *Service) Escalate(ctx context.Context, tx *db.Tx, key id.Case, change Change) (Case, error) {
	const op = "casework.Escalate"
	before, err := s.find(ctx, tx, actor.From(ctx), key, tx.ForUpdate())
	if err != nil {
		return Case{}, errs.Op(op, err)
	}
	after := before
	after.Tags = slices.Clone(before.Tags)
	if err := s.shape(ctx, tx, op, &after, change); err != nil {
		return before, err
	}
	return after, errs.Op(op, s.save(ctx, tx, "case.escalate", before, &after))
}
