package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/lease"
)

const (
	falaNet  id.Brand        = 10
	vasarfia id.Brand        = 11
	zofia    id.Customer     = 20
	agnes    id.Customer     = 21
	ola      id.User         = 30
	kamil    id.User         = 31
	north    id.Team         = 40
	mail     id.Conversation = 50
	chat     id.Conversation = 51
	foreign  id.Conversation = 52 // of the other brand
)

// world is what cases know of others.
type world struct{ reads map[id.User][]id.Conversation }

func (world) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }

func (world) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return slices.DeleteFunc(slices.Clone(users), func(u id.User) bool { return u != ola && u != kamil }), nil
}

func (world) TeamsOf(_ context.Context, _ db.Queryer, u id.User) ([]id.Team, error) {
	if u == kamil {
		return []id.Team{north}, nil
	}
	return nil, nil
}

func (world) HasTeam(_ context.Context, _ db.Queryer, t id.Team) (bool, error) {
	return t == north, nil
}

func (w world) Readable(ctx context.Context, q db.Queryer, c id.Conversation) (casework.Thread, error) {
	if a := actor.From(ctx); a.Kind == actor.User && !slices.Contains(w.reads[a.User], c) {
		return casework.Thread{}, errs.E(errs.NotFound, "test", nil)
	}
	return w.Find(ctx, q, c)
}

func (world) Find(_ context.Context, _ db.Queryer, c id.Conversation) (casework.Thread, error) {
	switch c {
	case mail, chat:
		return casework.Thread{ID: c, Brand: falaNet, Customer: zofia, Subject: "Faktura"}, nil
	case foreign:
		return casework.Thread{ID: c, Brand: vasarfia, Customer: agnes, Subject: "Számla"}, nil
	}
	return casework.Thread{}, errs.E(errs.NotFound, "test", nil)
}

func (world) OfInteraction(_ context.Context, _ db.Queryer, i id.Interaction) (id.Conversation, error) {
	if i != 60 {
		return 0, errs.E(errs.NotFound, "test", nil)
	}
	return chat, nil
}

func (world) BrandOf(_ context.Context, _ db.Queryer, c id.Customer) (id.Brand, error) {
	switch c {
	case zofia:
		return falaNet, nil
	case agnes:
		return vasarfia, nil
	}
	return 0, errs.E(errs.NotFound, "test", nil)
}

// desk is a tenant with its cases.
type desk struct {
	*casework.Service

	t     *testing.T
	ctx   context.Context
	db    *db.DB
	setup *casework.Setup
}

func newDesk(t *testing.T, d *db.DB) *desk {
	t.Helper()
	setup := casework.NewSetup(d)
	k := &desk{t: t, ctx: dbtest.As(t, 1), db: d, setup: setup}
	k.Service = casework.New(d, setup, world{map[id.User][]id.Conversation{ola: {mail}}}, world{map[id.User][]id.Conversation{ola: {mail}}})
	k.must(d.Update(k.ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(k.ctx, tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
			VALUES (1, 10, 'Fala Net', 'fala net', '#0b7285', '[]', 'Europe/Warsaw', 0, 0)`); err != nil {
			return err
		}
		return setup.Founded(k.ctx, tx)
	}))
	return k
}

func (k *desk) must(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *desk) open(o casework.Opening) casework.Case {
	k.t.Helper()
	if o.Brand == 0 && o.Conversation == 0 {
		o.Brand = falaNet
	}
	if o.Subject == "" && o.Conversation == 0 {
		o.Subject = "Awaria"
	}
	o.Priority = casework.Normal
	c, err := k.Open(k.ctx, o)
	k.must(err)
	return c
}

func (k *desk) get(key id.Case) casework.Case {
	k.t.Helper()
	c, err := k.Find(k.ctx, k.db, key)
	k.must(err)
	return c
}

func (k *desk) kinds() string {
	k.t.Helper()
	kinds, err := db.Many[string](k.ctx, k.db, `SELECT kind FROM fact ORDER BY id`)
	k.must(err)
	return strings.Join(kinds, " ")
}

func user(u id.User, rights actor.Rights) actor.Actor {
	return actor.Actor{Kind: actor.User, Tenant: 1, User: u, Rights: rights, Brands: actor.Brands{Some: []id.Brand{falaNet}}}
}

func (k *desk) as(u id.User) context.Context { return actor.With(k.ctx, user(u, actor.Agent.Rights())) }

func TestACaseIsOpenedOfAConversation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		first, second := k.open(casework.Opening{Conversation: mail}), k.open(casework.Opening{Conversation: chat})
		if first.Number != 1 || second.Number != 2 || first.Subject != "Faktura" || first.CustomerID != zofia || first.BrandID != falaNet || first.Category != casework.Fresh {
			t.Errorf("%+v", first)
		}
		if got := k.get(first.ID); got.Number != 1 || !got.Open || got.Version != 1 || got.StatusID != 1 {
			t.Errorf("stored as %+v", got)
		}
		if got := k.kinds(); got != "case.opened case.linked case.opened case.linked" {
			t.Error(got)
		}
		actions, err := db.Many[string](k.ctx, d, `SELECT action FROM audit ORDER BY id`)
		if k.must(err); !slices.Equal(actions, []string{"case.open", "case.link", "case.open", "case.link"}) {
			t.Errorf("audit %v", actions)
		}
		for name, c := range map[string]struct {
			o    casework.Opening
			code string
		}{
			"of no brand":                     {casework.Opening{Subject: "x"}, "fields"},
			"without a subject":               {casework.Opening{Brand: falaNet}, "fields"},
			"of a conversation there is not":  {casework.Opening{Conversation: 99}, "fields"},
			"of a customer of another brand":  {casework.Opening{Conversation: mail, Customer: agnes}, "case.other_brand"},
			"for an owner who is not there":   {casework.Opening{Brand: falaNet, Subject: "x", Owner: 77}, "fields"},
			"for a team that is not there":    {casework.Opening{Brand: falaNet, Subject: "x", Team: 77}, "fields"},
			"with a status that is not there": {casework.Opening{Brand: falaNet, Subject: "x", Status: 77}, "fields"},
			"done from the start":             {casework.Opening{Brand: falaNet, Subject: "x", Status: 5}, "case.opened_done"},
			"with an odd priority":            {casework.Opening{Brand: falaNet, Subject: "x", Priority: 9}, "fields"},
		} {
			if _, err := k.Open(k.ctx, c.o); errs.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
	})
}

func TestAnEditorOfAnOlderVersionIsTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		c := k.open(casework.Opening{})
		after, err := k.Update(k.ctx, c.ID, casework.Change{Subject: new("  Brak   sieci "), Owner: new(ola), Tags: &[]string{"VIP", "vip"}, Version: 1})
		k.must(err)
		if after.Subject != "Brak sieci" || after.Version != 2 || !slices.Equal(after.Tags, []string{"vip"}) {
			t.Errorf("%+v", after)
		}
		if _, err := k.Update(k.ctx, c.ID, casework.Change{Subject: new("x"), Version: 1}); errs.CodeOf(err) != "case.changed" {
			t.Errorf("an old version gives %v", err)
		}
		same, err := k.Update(k.ctx, c.ID, casework.Change{Subject: new("Brak sieci")})
		if k.must(err); same.Version != 2 {
			t.Error("a change of nothing counts")
		}
		if got := k.kinds(); got != "case.opened case.changed case.assigned" {
			t.Error(got)
		}
	})
}

func TestStatusesHoldAndReopeningIsCounted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		c := k.open(casework.Opening{})
		done, err := k.Update(k.ctx, c.ID, casework.Change{Status: new(id.CaseStatus(5))})
		if k.must(err); done.Open || done.DoneAt.IsZero() || done.Category != casework.Done {
			t.Errorf("%+v", done)
		}
		again, err := k.Update(k.ctx, c.ID, casework.Change{Status: new(id.CaseStatus(2))})
		if k.must(err); !again.Open || !again.DoneAt.IsZero() || again.Reopened != 1 {
			t.Errorf("%+v", again)
		}
		if got := k.get(c.ID); !got.Open || !got.DoneAt.IsZero() || got.Reopened != 1 || got.Category != casework.Working {
			t.Errorf("stored as %+v", got)
		}
	})
}

func TestOwnFieldsAreAskedForBeforeTheEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		names := map[string]string{"pl": "Numer umowy"}
		f, err := k.setup.CreateField(k.ctx, casework.Field{BrandID: falaNet, Key: "contract", Names: names, Type: attribute.Text, Required: true})
		k.must(err)
		if _, err := k.setup.CreateField(k.ctx, casework.Field{Key: "contract", Names: names, Type: attribute.Number}); errs.CodeOf(err) != "case_field.key_taken" {
			t.Errorf("a second field of the key gives %v", err)
		}
		c := k.open(casework.Opening{})
		if _, err := k.Update(k.ctx, c.ID, casework.Change{Status: new(id.CaseStatus(5))}); errs.CodeOf(err) != "fields" {
			t.Errorf("done without what is required: %v", err)
		}
		_, err = k.Update(k.ctx, c.ID, casework.Change{Fields: map[string]any{"contract": "U/17"}, Status: new(id.CaseStatus(5))})
		k.must(err)
		if got := k.get(c.ID); got.Fields["contract"] != "U/17" {
			t.Errorf("%+v", got.Fields)
		}
		_, err = k.setup.UpdateField(k.ctx, f.ID, casework.FieldPatch{Archived: new(true)})
		k.must(err)
		if all, err := k.setup.Fields(k.ctx, falaNet, false); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
	})
}

func TestACategoryKeepsAStatus(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		if _, err := k.setup.UpdateStatus(k.ctx, 3, casework.StatusPatch{Archived: new(true)}); errs.CodeOf(err) != "case_status.last" {
			t.Errorf("the last status goes: %v", err)
		}
		more, err := k.setup.CreateStatus(k.ctx, casework.WaitingCustomer, casework.StatusPatch{Names: map[string]string{"pl": "Czeka na dokumenty"}})
		k.must(err)
		_, err = k.setup.UpdateStatus(k.ctx, 3, casework.StatusPatch{Archived: new(true)})
		k.must(err)
		c := k.open(casework.Opening{})
		if _, err := k.Update(k.ctx, c.ID, casework.Change{Status: new(id.CaseStatus(3))}); errs.CodeOf(err) != "fields" {
			t.Errorf("an archived status is taken: %v", err)
		}
		moved, err := k.Update(k.ctx, c.ID, casework.Change{Status: &more.ID})
		if k.must(err); moved.Category != casework.WaitingCustomer {
			t.Errorf("%+v", moved)
		}
	})
}

func TestRowsAreWithinScope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		mine, team, talk := k.open(casework.Opening{Owner: ola}), k.open(casework.Opening{Team: north}), k.open(casework.Opening{Conversation: mail})
		watched, other := k.open(casework.Opening{}), k.open(casework.Opening{Conversation: chat})
		k.must(k.Watch(k.ctx, watched.ID, ola, true))
		for name, c := range map[string]struct {
			who  id.User
			c    casework.Case
			want bool
		}{
			"own": {ola, mine, true}, "another's": {kamil, mine, false}, "of own team": {kamil, team, true}, "of another team": {ola, team, false},
			"of a conversation one may read": {ola, talk, true}, "of one that one may not": {ola, other, false},
			"watched": {ola, watched, true}, "not watched": {kamil, watched, false},
		} {
			_, err := k.Visible(k.as(c.who), d, actor.CaseRead, c.c.ID)
			if c.want && err != nil || !c.want && !errs.Is(errs.NotFound, err) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := k.Update(k.as(c.who), c.c.ID, casework.Change{}); (err == nil) != c.want {
				t.Errorf("%s, to edit: %v", name, err)
			}
		}
		elsewhere := user(ola, actor.Supervisor.Rights())
		elsewhere.Brands.Some = []id.Brand{vasarfia}
		if _, err := k.Visible(actor.With(k.ctx, elsewhere), d, actor.CaseRead, mine.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("another brand: %v", err)
		}
		if _, err := k.Visible(dbtest.As(t, 2), d, actor.CaseRead, mine.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("another tenant: %v", err)
		}
	})
}

func TestMergingLinksAndIsUndone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		a, b, c := k.open(casework.Opening{Conversation: mail}), k.open(casework.Opening{Conversation: chat}), k.open(casework.Opening{})
		before := k.get(a.ID)
		_, err := k.Merge(k.ctx, a.ID, b.ID, 1)
		k.must(err)
		_, err = k.Merge(k.ctx, b.ID, c.ID, 0)
		k.must(err)
		if got, found, err := k.Surviving(k.ctx, d, mail); err != nil || !found || got.ID != c.ID {
			t.Errorf("mail goes on in %v, %v", got.Number, err)
		}
		for name, x := range map[string]struct {
			of, into id.Case
			code     string
		}{"twice": {a.ID, c.ID, "case.merged"}, "in a circle": {c.ID, a.ID, "case.circle"}, "into itself": {c.ID, c.ID, "case.circle"}} {
			if _, err := k.Merge(k.ctx, x.of, x.into, 0); errs.CodeOf(err) != x.code {
				t.Errorf("%s: %v, want %s", name, err, x.code)
			}
		}
		if _, err := k.Update(k.ctx, a.ID, casework.Change{Status: new(id.CaseStatus(5))}); errs.CodeOf(err) != "case.merged" {
			t.Errorf("a merged case ends: %v", err)
		}
		_, err = k.Unmerge(k.ctx, a.ID, 0)
		k.must(err)
		after := k.get(a.ID)
		after.Version, after.ChangedAt = before.Version, before.ChangedAt
		if after.MergedInto != 0 || !after.Open || after.StatusID != before.StatusID || after.Subject != before.Subject {
			t.Errorf("%+v, before %+v", after, before)
		}
		if got, _, _ := k.Surviving(k.ctx, d, mail); got.ID != a.ID {
			t.Errorf("mail goes on in %d", got.Number)
		}
		if got, _, _ := k.Surviving(k.ctx, d, chat); got.ID != c.ID {
			t.Errorf("chat goes on in %d", got.Number)
		}
		if _, err := k.Unmerge(k.ctx, a.ID, 0); errs.CodeOf(err) != "case.not_merged" {
			t.Errorf("again: %v", err)
		}
		links, err := db.One[int](k.ctx, d, `SELECT COUNT(*) FROM case_link`)
		if k.must(err); links != 2 {
			t.Errorf("%d links: something moved", links)
		}
	})
}

func TestLinksStayWithinTheBrandAndWithoutCircles(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		whole, part, third := k.open(casework.Opening{}), k.open(casework.Opening{Conversation: mail}), k.open(casework.Opening{})
		l, err := k.Link(k.ctx, part.ID, casework.Link{Kind: casework.ChildOf, OtherID: whole.ID})
		k.must(err)
		same, err := k.Link(k.ctx, part.ID, casework.Link{Kind: casework.ChildOf, OtherID: whole.ID})
		if k.must(err); same.ID != l.ID {
			t.Error("the same link is made twice")
		}
		_, err = k.Link(k.ctx, third.ID, casework.Link{Kind: casework.ChildOf, OtherID: part.ID})
		k.must(err)
		joined, err := k.Link(k.ctx, part.ID, casework.Link{Kind: casework.OfInteraction, InteractionID: 60})
		if k.must(err); joined.ConversationID != chat {
			t.Errorf("%+v", joined)
		}
		for name, x := range map[string]struct {
			of   id.Case
			l    casework.Link
			code string
		}{
			"to itself":                          {whole.ID, casework.Link{Kind: casework.Related, OtherID: whole.ID}, "case.circle"},
			"the whole a part of a part":         {whole.ID, casework.Link{Kind: casework.ChildOf, OtherID: third.ID}, "case.circle"},
			"to a conversation of another brand": {whole.ID, casework.Link{Kind: casework.OfConversation, ConversationID: foreign}, "case.other_brand"},
			"to nothing":                         {whole.ID, casework.Link{Kind: casework.Related}, "fields"},
			"in a way there is not":              {whole.ID, casework.Link{Kind: "loves", OtherID: part.ID}, "fields"},
		} {
			if _, err := k.Link(k.ctx, x.of, x.l); errs.CodeOf(err) != x.code {
				t.Errorf("%s: %v, want %s", name, err, x.code)
			}
		}
		k.must(k.Unlink(k.ctx, part.ID, l.ID))
		if err := k.Unlink(k.ctx, whole.ID, joined.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("another case's link goes: %v", err)
		}
	})
}

func TestChecklistNotesAndWatchers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		c := k.open(casework.Opening{Owner: ola})
		ctx := k.as(ola)
		check, err := k.AddCheck(ctx, c.ID, " Zadzwoń ")
		k.must(err)
		ticked, err := k.SetCheck(ctx, c.ID, check.ID, nil, new(true))
		if k.must(err); ticked.DoneBy != ola || ticked.DoneAt.IsZero() || ticked.Text != "Zadzwoń" {
			t.Errorf("%+v", ticked)
		}
		open, err := k.SetCheck(ctx, c.ID, check.ID, new("Napisz"), new(false))
		if k.must(err); !open.DoneAt.IsZero() || open.Text != "Napisz" {
			t.Errorf("%+v", open)
		}
		k.must(k.RemoveCheck(ctx, c.ID, check.ID))
		if all, err := k.Checks(ctx, d, c.ID); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
		first, err := k.AddNote(ctx, c.ID, "Klient prosi o telefon", "n-1")
		k.must(err)
		again, err := k.AddNote(ctx, c.ID, "Klient prosi o telefon", "n-1")
		if k.must(err); again.ID != first.ID {
			t.Error("a note is written twice")
		}
		_, err = k.AddNote(ctx, c.ID, "Druga", "")
		k.must(err)
		if notes, err := k.Notes(ctx, c.ID, 0, 1); err != nil || len(notes) != 2 || notes[0].Body != "Druga" {
			t.Errorf("%v, %v", notes, err)
		}
		k.must(k.Watch(ctx, c.ID, kamil, true))
		if err := k.Watch(ctx, c.ID, 77, true); !errs.Is(errs.NotFound, err) {
			t.Errorf("a stranger watches: %v", err)
		}
		k.must(k.Watch(ctx, c.ID, kamil, false))
		if all, err := k.Watchers(ctx, d, c.ID); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
	})
}

// write records that a customer wrote in a conversation.
func (k *desk) write(c id.Conversation) {
	k.t.Helper()
	k.must(k.db.Update(k.ctx, func(tx *db.Tx) error {
		return tx.Record(k.ctx, fact.EntryAdded{Conversation: c, Brand: falaNet, Entry: 1, Seq: 1, EntryKind: "message", Author: "customer"})
	}))
}

// until waits until the newest fact is of a kind.
func (k *desk) until(kind string, happens int) {
	k.t.Helper()
	got := make(chan struct{})
	ctx, stop := context.WithTimeout(k.ctx, 20*time.Second)
	defer stop()
	err := k.db.Follow(ctx, "test", 0, func(_ context.Context, batch []fact.Record) error {
		for _, r := range batch {
			if r.Fact.Kind() == kind {
				if happens--; happens == 0 {
					close(got)
					stop()
				}
			}
		}
		return nil
	})
	select {
	case <-got:
	default:
		k.t.Fatalf("%s did not happen: %v", kind, err)
	}
}

func TestCasesFollowTheirCustomers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		ctx, stop := context.WithCancel(k.ctx)
		ended := make(chan error, 1)
		go func() { ended <- casework.NewFollower(k.Service).Run(ctx, lease.Held{}) }()
		defer func() { stop(); <-ended }()
		a, b := k.open(casework.Opening{Conversation: mail}), k.open(casework.Opening{Conversation: chat})
		_, err := k.Merge(k.ctx, a.ID, b.ID, 0)
		k.must(err)
		_, err = k.Update(k.ctx, b.ID, casework.Change{Status: new(id.CaseStatus(3))})
		k.must(err)
		k.write(mail) // of the merged case: the other takes it up
		k.until("case.moved", 2)
		if got := k.get(b.ID); got.Category != casework.Working {
			t.Errorf("who was waited for wrote: %s", got.Category)
		}
		_, err = k.Update(k.ctx, b.ID, casework.Change{Status: new(id.CaseStatus(5))})
		k.must(err)
		k.write(chat)
		k.until("case.moved", 4)
		if got := k.get(b.ID); got.Category != casework.Working || got.Reopened != 1 {
			t.Errorf("within the window: %+v", got)
		}
		_, err = k.setup.UpdateSettings(k.ctx, casework.SettingsPatch{ReopenDays: new(0)})
		k.must(err)
		_, err = k.Update(k.ctx, b.ID, casework.Change{Status: new(id.CaseStatus(5)), Team: new(north)})
		k.must(err)
		k.write(chat)
		k.until("case.opened", 3)
		k.until("case.linked", 4)
		next, _, err := k.Surviving(k.ctx, d, chat)
		if k.must(err); next.ID == b.ID || next.TeamID != north || next.Subject != b.Subject || k.get(b.ID).Category != casework.Done {
			t.Errorf("after the window: %+v", next)
		}
	})
}

func TestWhatIsFullSaysHowMuchThereMayBe(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		var err error
		for range 100 {
			if _, err = k.setup.CreateStatus(k.ctx, casework.Working, casework.StatusPatch{Names: map[string]string{"pl": "Jeszcze jeden"}}); err != nil {
				break
			}
		}
		said := false
		for e := err; e != nil; e = errors.Unwrap(e) {
			if full, ok := errors.AsType[*errs.Error](e); ok && full.Values["max"] != nil {
				said = true
			}
		}
		if !errs.Is(errs.Exhausted, err) || !said {
			t.Errorf("error %v does not say how many there may be", err)
		}
	})
}

func TestTopicsAreOfferedInTheirOrderEachOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		got, err := k.setup.Settings(k.ctx)
		if k.must(err); got.ReopenDays != 14 || len(got.Topics) != 0 {
			t.Errorf("at first: %+v", got)
		}
		got, err = k.setup.UpdateSettings(k.ctx, casework.SettingsPatch{Topics: &[]string{" Usterka ", "Faktura", "usterka"}})
		if k.must(err); !slices.Equal(got.Topics, []string{"Usterka", "Faktura"}) || got.ReopenDays != 14 {
			t.Errorf("set: %+v", got)
		}
		got, err = k.setup.UpdateSettings(k.ctx, casework.SettingsPatch{ReopenDays: new(30)})
		if k.must(err); len(got.Topics) != 2 || got.ReopenDays != 30 {
			t.Errorf("days alone: %+v", got)
		}
		for name, topics := range map[string][]string{"an empty one": {""}, "a long one": {strings.Repeat("x", casework.MaxTopic+1)}, "too many": make([]string, casework.MaxTopics+1)} {
			if _, err := k.setup.UpdateSettings(k.ctx, casework.SettingsPatch{Topics: &topics}); !errs.Is(errs.Invalid, err) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
