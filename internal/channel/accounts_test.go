package channel_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/schema"
)

// phone is a channel whose accounts are numbers; its provider does what the test says.
type phone struct {
	unable  string
	proven  []channel.Entered
	trials  []channel.Trial
	renewed time.Time
	missed  []channel.Arrival
	failure error
	unsure  []bool // of each renewal: whether one before it may have been done
	names   int
}

func (*phone) Channel() channel.Name { return channel.SMS }

func (*phone) Capabilities() channel.Capabilities { return channel.Capabilities{TextLimit: 10} }

func (*phone) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	return channel.Sent{}, nil
}

func (p *phone) Form() channel.Form {
	return channel.Form{Unable: p.unable, Tries: []string{"line"}, Fields: []channel.FormField{
		{Key: "number", Kind: channel.FieldText, Required: true, Fixed: true, Most: 20},
		{Key: "transport", Kind: channel.FieldChoice, Choices: []string{"http", "smpp"}, Proves: true},
		{Key: "token", Kind: channel.FieldSecret, Required: true, When: &channel.When{Field: "transport", Is: "http"}},
		{Key: "host", Kind: channel.FieldText, Required: true, Proves: true, When: &channel.When{Field: "transport", Is: "smpp"}},
		{Key: "wait", Kind: channel.FieldDuration, Unit: "s", Least: 1, Most: 60, Default: 5},
		{Key: "long", Kind: channel.FieldSwitch},
	}}
}

func (p *phone) Prove(_ context.Context, in channel.Entered) (channel.Proof, error) {
	p.proven = append(p.proven, in)
	var c struct{ Number string }
	err := json.Unmarshal(in.Config, &c)
	if in.Secrets["token"] == "of another" {
		c.Number = "+4899"
	}
	if in.Secrets["token"] == "bad" {
		return channel.Proof{}, channel.Wrong("phone", "token", "meta.token_invalid", errs.Values{"words": "no"})
	}
	return channel.Proof{Address: c.Number, Name: "Line " + c.Number, ExpiresAt: p.renewed}, err
}

func (p *phone) Try(context.Context, channel.Account) channel.Report {
	return channel.Report{Trials: p.trials, ExpiresAt: p.renewed}
}

func (*phone) RenewBefore() time.Duration { return 24 * time.Hour }

func (p *phone) Renew(_ context.Context, a channel.Account) (channel.Proof, error) {
	p.unsure = append(p.unsure, !a.Renewing.IsZero())
	if p.failure != nil {
		return channel.Proof{}, p.failure
	}
	p.renewed = time.Now().Add(60 * 24 * time.Hour).Truncate(time.Microsecond)
	return channel.Proof{Secrets: channel.Secrets{"token": a.Secrets["token"] + "+"}, ExpiresAt: p.renewed}, nil
}

func (p *phone) Fetch(ctx context.Context, a channel.Account, take channel.Take) (string, error) {
	if p.failure != nil {
		return "", p.failure
	}
	return fmt.Sprint(a.Cursor, len(p.missed)), take(ctx, p.missed)
}

func (p *phone) WhoIs(_ context.Context, a channel.Account, person string) (channel.Party, error) {
	p.names++
	return channel.Party{Provider: "sms", Scope: a.Address, ExternalID: person, DisplayName: "Zofia"}, p.failure
}

// mailroom is what providers tell of, and who writes.
type mailroom struct {
	taken   []channel.Arrival
	adopted []id.EntryPoint
	people  []channel.Party
}

func (m *mailroom) Take(_ context.Context, _ channel.EntryPoint, arrived []channel.Arrival) (int, error) {
	m.taken = append(m.taken, arrived...)
	return len(arrived), nil
}

func (m *mailroom) Adopt(_ context.Context, _ *db.Tx, p channel.EntryPoint) error {
	m.adopted = append(m.adopted, p.ID)
	return nil
}

func (m *mailroom) Introduce(_ context.Context, _ *db.Tx, _ channel.EntryPoint, who channel.Party) error {
	m.people = append(m.people, who)
	return nil
}

// exchange is a house with phones.
type exchange struct {
	*channel.Accounts

	phone *phone
	mail  *mailroom
	db    *db.DB
	ctx   context.Context
}

func openExchange(t *testing.T, d *db.DB, more ...channel.Adapter) *exchange {
	t.Helper()
	p := working()
	x := openExchangeOf(t, d, append([]channel.Adapter{p}, more...)...)
	x.phone = p
	return x
}

// working is a phone that passes every test.
func working() *phone { return &phone{trials: []channel.Trial{{Step: "line", OK: true}}} }

// openExchangeOf is openExchange with other phones.
func openExchangeOf(t *testing.T, d *db.DB, adapters ...channel.Adapter) *exchange {
	t.Helper()
	x := &exchange{mail: &mailroom{}, db: d, ctx: dbtest.As(t, operator)}
	registry, sealer := channel.NewRegistry(append([]channel.Adapter{chat{}}, adapters...)...), box(t)
	x.Accounts = channel.NewAccounts(channel.AccountDeps{
		DB: d, Points: channel.NewEntryPoints(d, registry, things{}, things{}, sealer), Registry: registry, Sealer: sealer, Events: x.mail, People: x.mail,
		Log: slog.New(slog.DiscardHandler),
	})
	return x
}

func (x *exchange) connect(t *testing.T, number string) channel.Shown {
	t.Helper()
	a, err := x.Connect(x.ctx, channel.NewAccount{Brand: fala, Channel: channel.SMS, Queue: line, Settings: map[string]any{"number": number, "token": " hush "}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnAccountIsConnectedChangedAndClosed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := openExchange(t, d)
		a := x.connect(t, "+4812")
		if a.Name != "Line +4812" || a.Address != "+4812" || string(a.Config) != `{"number":"+4812","transport":"http","wait":5}` || !slices.Equal(a.Held, []string{"token"}) {
			t.Errorf("%+v %s", a, a.Config)
		}
		if len(x.mail.adopted) != 1 || x.phone.proven[0].Secrets["token"] != "hush" {
			t.Errorf("%+v %+v", x.mail.adopted, x.phone.proven)
		}
		if n, err := db.One[int](x.ctx, d, `SELECT COUNT(*) FROM channel_account WHERE secrets LIKE '%hush%'`); n != 0 || err != nil {
			t.Errorf("a secret lies readable in the database (%v)", err)
		}
		if n, err := db.One[int](x.ctx, d, `SELECT COUNT(*) FROM audit WHERE changes LIKE '%hush%'`); n != 0 || err != nil {
			t.Errorf("a secret is in the log (%v)", err)
		}
		a, err := x.Update(x.ctx, a.ID, channel.AccountPatch{Name: new("Infolinia"), Settings: map[string]any{"long": true, "number": "+48666"}})
		if err != nil || a.Name != "Infolinia" || len(x.phone.proven) != 1 || !strings.Contains(string(a.Config), `"long":true,"number":"+4812"`) {
			t.Errorf("%+v %v: what proves nothing is not proven, and what is fixed stays", a, err)
		}
		if open, err := x.Open(x.ctx, a.EntryPoint); err != nil || open.Secrets["token"] != "hush" || open.ConnectedAt.IsZero() {
			t.Errorf("%+v %v", open, err)
		}
		if _, err := x.Update(x.ctx, a.ID, channel.AccountPatch{Settings: map[string]any{"token": "of another"}}); errs.CodeOf(err) != "account.other" {
			t.Errorf("the token of another account: %v", err)
		}
		a, err = x.Update(x.ctx, a.ID, channel.AccountPatch{Settings: map[string]any{"transport": "smpp", "host": "smsc.example"}})
		if err != nil || len(a.Held) != 0 {
			t.Errorf("%+v %v: a secret that is needed no more is forgotten", a, err)
		}
		a, err = x.Archive(x.ctx, a.ID)
		if _, open := x.Open(x.ctx, a.EntryPoint); err != nil || !a.Archived || channel.Judge(open).Code != "account.disconnected" {
			t.Errorf("%+v %v %v", a, err, open)
		}
		if again := x.connect(t, "+4812"); again.ID != a.ID || again.Archived {
			t.Errorf("it does not come back: %+v", again)
		}
	})
}

func TestWhatIsEnteredIsChecked(t *testing.T) {
	t.Parallel()
	x := openExchange(t, dbtest.SQLite(t))
	for what, c := range map[string]struct {
		settings map[string]any
		path     string
		code     string
	}{
		"nothing":             {map[string]any{}, "settings.number", "required"},
		"a secret that lacks": {map[string]any{"number": "1"}, "settings.token", "required"},
		"too long":            {map[string]any{"number": strings.Repeat("1", 21), "token": "x"}, "settings.number", "length.max"},
		"no text":             {map[string]any{"number": 5.0, "token": "x"}, "settings.number", "type.string"},
		"another choice":      {map[string]any{"number": "1", "transport": "pigeon"}, "settings.transport", "one_of"},
		"too few":             {map[string]any{"number": "1", "token": "x", "wait": 0.0}, "settings.wait", "number.min"},
		"too many":            {map[string]any{"number": "1", "token": "x", "wait": 61.0}, "settings.wait", "number.max"},
		"half":                {map[string]any{"number": "1", "token": "x", "wait": 1.5}, "settings.wait", "type.integer"},
		"no switch":           {map[string]any{"number": "1", "token": "x", "long": "yes"}, "settings.long", "type.boolean"},
		"what nobody knows":   {map[string]any{"number": "1", "token": "x", "colour": "red"}, "settings.colour", "settings.unknown"},
		"what is not good":    {map[string]any{"number": "1", "token": "bad"}, "settings.token", "meta.token_invalid"},
		"a host that lacks":   {map[string]any{"number": "1", "transport": "smpp"}, "settings.host", "required"},
	} {
		_, err := x.Connect(x.ctx, channel.NewAccount{Brand: fala, Channel: channel.SMS, Queue: line, Settings: c.settings})
		told := errs.Told(err)
		if told == nil || !slices.ContainsFunc(told.Fields, func(f errs.Field) bool { return f.Path == c.path && f.Code == c.code }) {
			t.Errorf("%s: %v, want %s %s", what, err, c.path, c.code)
		}
	}
	if _, err := x.Connect(x.ctx, channel.NewAccount{Brand: fala, Channel: channel.Webchat, Queue: line}); errs.CodeOf(err) != "fields" {
		t.Errorf("a channel without accounts: %v", err)
	}
	x.phone.unable = "meta.no_app"
	if _, err := x.Connect(x.ctx, channel.NewAccount{Brand: fala, Channel: channel.SMS, Queue: line}); errs.CodeOf(err) != "meta.no_app" {
		t.Errorf("while none can be connected: %v", err)
	}
}

// Nobody gets hold of a number by naming it, and lists show accounts alone.
func TestAccountsAreConnectedHereAlone(t *testing.T) {
	t.Parallel()
	x := openExchange(t, dbtest.SQLite(t))
	x.connect(t, "+4812")
	if _, err := x.Points.Create(x.ctx, channel.NewEntryPoint{Brand: fala, Channel: channel.SMS, Name: "Mine", Address: "+4813"}); !strings.Contains(fmt.Sprint(errs.Told(err).Fields), "entry_point.prove") {
		t.Errorf("%v", err)
	}
	if _, err := x.Points.Create(x.ctx, widget()); err != nil {
		t.Fatal(err)
	}
	all, err := x.List(x.ctx, channel.EntryPointFilter{Limit: 10})
	if err != nil || len(all) != 1 || all[0].Channel != channel.SMS || len(all[0].Held) != 1 {
		t.Errorf("%+v %v", all, err)
	}
	none, err := x.List(x.ctx, channel.EntryPointFilter{Channel: channel.Webchat, Limit: 10})
	if err != nil || len(none) != 0 {
		t.Errorf("%+v %v", none, err)
	}
}

// What a test finds stands with the account; what passes by itself does not, and what stands aside neither.
func TestHealthFollowsTheTest(t *testing.T) {
	t.Parallel()
	x := openExchange(t, dbtest.SQLite(t))
	a := x.connect(t, "+4812")
	for _, c := range []struct {
		trials []channel.Trial
		health channel.Health
		code   string
	}{
		{[]channel.Trial{{Step: "line", Code: "own.failing"}}, channel.Failing, "own.failing"},
		{[]channel.Trial{{Step: "line", Code: "meta.busy", Passing: true}}, channel.Failing, "own.failing"},
		{[]channel.Trial{{Step: "address", Code: "meta.no_address", Aside: true}, {Step: "line", OK: true}}, channel.Healthy, ""},
		{[]channel.Trial{{Step: "line", Code: "meta.busy", Passing: true}}, channel.Healthy, ""},
	} {
		x.phone.trials = c.trials
		if said, err := x.Test(x.ctx, a.ID); err != nil || len(said) != len(c.trials) {
			t.Errorf("%+v %v", said, err)
		}
		if a, err := x.Get(x.ctx, a.ID); err != nil || a.Health != c.health || a.HealthCode != c.code {
			t.Errorf("%+v: %s %s %v, want %s %s", c.trials, a.Health, a.HealthCode, err, c.health, c.code)
		}
	}
}

// Access is renewed before it ends, what was missed is fetched from where it was left, and a provider that is away is left alone.
func TestAccountsAreLookedAfter(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := openExchange(t, d)
		x.phone.renewed = time.Now().Add(time.Hour)
		a := x.connect(t, "+4812")
		x.phone.missed = []channel.Arrival{{ID: "a"}, {ID: "b"}}
		look := func() channel.Account {
			if err := x.LookAfter(x.ctx, channel.LookAfter{Point: a.ID}); err != nil {
				t.Fatal(err)
			}
			p, err := x.Points.Lookup(x.ctx, d, operator, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			open, err := x.Open(x.ctx, p)
			if err != nil {
				t.Fatal(err)
			}
			return open
		}
		if got := look(); got.Secrets["token"] != "hush+" || !got.ExpiresAt.Equal(x.phone.renewed) || got.Cursor != "2" || len(x.mail.taken) != 2 {
			t.Errorf("%+v, %d taken", got, len(x.mail.taken))
		}
		if got := look(); got.Secrets["token"] != "hush+" || got.Cursor != "22" {
			t.Errorf("%+v", got)
		}
		x.phone.failure = channel.Fail(channel.Retry, "meta.busy", nil)
		if got := look(); got.Cursor != "22" || got.Health != channel.Healthy {
			t.Errorf("%+v", got)
		}
		if _, err := x.CatchUp(x.ctx, a.ID); !errs.Is(errs.Unavailable, err) || errs.CodeOf(err) != "meta.busy" {
			t.Errorf("%v", err)
		}
		x.phone.failure = channel.Fail(channel.Reconnect, "meta.reconnect", nil)
		if got := look(); got.Health != channel.Failing || got.HealthCode != "meta.reconnect" {
			t.Errorf("%+v", got)
		}
	})
}

// That access is being renewed is written down before anybody is asked: nobody else asks
// meanwhile, and who asks after an answer that was lost knows of it.
func TestARenewalIsWrittenDownBefore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := openExchange(t, d)
		x.phone.renewed = time.Now().Add(time.Hour)
		a := x.connect(t, "+4812")
		look := func(failure error, want ...bool) {
			t.Helper()
			x.phone.failure = failure
			if err := x.LookAfter(x.ctx, channel.LookAfter{Point: a.ID}); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(x.phone.unsure, want) {
				t.Errorf("renewals: %v, want %v", x.phone.unsure, want)
			}
		}
		later := func() {
			err := d.Update(x.ctx, func(tx *db.Tx) error {
				_, err := db.Exec(x.ctx, tx, `UPDATE channel_account SET renewing_at = $1 WHERE renewing_at > 0`, time.Now().Add(-3*time.Minute))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		lost, busy := channel.Fail(channel.Ambiguous, "delivery.no_answer", nil), channel.Fail(channel.Retry, "meta.busy", nil)
		look(busy, false)
		look(busy, false, false) // it was not done, and said so
		look(lost, false, false, false)
		look(lost, false, false, false) // somebody is at it, for all that is known
		later()
		look(busy, false, false, false, true)
		look(nil, false, false, false, true, true)
		p, err := x.Points.Lookup(x.ctx, d, operator, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := x.Open(x.ctx, p); err != nil || !got.Renewing.IsZero() || got.Secrets["token"] != "hush+" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

// Who has no name is asked for once in an hour, unless the provider was away.
func TestNamesAreAskedForOnce(t *testing.T) {
	t.Parallel()
	x := openExchange(t, dbtest.SQLite(t))
	a := x.connect(t, "+4812")
	ask := func() error { return x.Introduce(x.ctx, channel.Introduce{Point: a.ID, Person: "55"}) }
	x.phone.failure = &channel.Failure{Verdict: channel.Retry, Code: "meta.busy", After: time.Minute}
	if err := ask(); err == nil {
		t.Error("a name that could not be asked for is not asked for again")
	}
	x.phone.failure = nil
	for range 2 {
		if err := ask(); err != nil {
			t.Error(err)
		}
	}
	if x.phone.names != 2 || len(x.mail.people) != 1 || x.mail.people[0].DisplayName != "Zofia" {
		t.Errorf("asked %d times: %+v", x.phone.names, x.mail.people)
	}
}

// A page that was connected before there were accounts is one, with its token, and is fetched from where it was left.
func TestAPageOfBeforeIsAnAccount(t *testing.T) {
	t.Parallel()
	dbtest.EachBefore(t, "0026", func(t *testing.T, d *db.DB) {
		t.Helper()
		x := openExchange(t, d) // the channel does not matter here
		p := channel.EntryPoint{Tenant: operator, ID: id.New[id.EntryPoint](), Channel: channel.SMS}
		caught := time.Now().Add(-time.Hour).Truncate(time.Microsecond)
		sealed := x.Sealer.Seal([]byte("EAAGold"), "facebook_page "+p.Tenant.String()+" "+p.ID.String())
		err := d.Update(x.ctx, func(tx *db.Tx) error {
			return db.Write(x.ctx, tx, `INSERT INTO facebook_page (tenant_id, entry_point_id, token, expires_at, checked_at, caught_up_at) VALUES ($1, $2, $3, 0, $4, $4)`,
				p.Tenant, p.ID, sealed, caught)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Migrate(x.ctx, schema.Files); err != nil {
			t.Fatal(err)
		}
		a, err := x.Open(x.ctx, p)
		if err != nil || a.Secrets["token"] != "EAAGold" || a.Cursor != fmt.Sprint(caught.UnixMicro()) || !a.ConnectedAt.Equal(caught) {
			t.Errorf("%+v %v", a, err)
		}
	})
}
