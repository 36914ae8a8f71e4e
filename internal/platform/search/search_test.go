package search_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/search"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// text is a document of kind "text" that everybody of scope "b1" finds.
func text(thing int64, title, body string) search.Document {
	return search.Document{Kind: "text", Thing: thing, Scopes: []string{"b1"}, Title: title, Body: body, At: noon}
}

func put(ctx context.Context, t *testing.T, d *db.DB, documents ...search.Document) *search.Index {
	t.Helper()
	x := search.New(d)
	things := map[string][]int64{}
	kinds := map[string][]search.Document{}
	for _, d := range documents {
		things[d.Kind], kinds[d.Kind] = append(things[d.Kind], d.Thing), append(kinds[d.Kind], d)
	}
	for kind, all := range kinds {
		if err := d.Update(ctx, func(tx *db.Tx) error { return x.Replace(ctx, tx, kind, things[kind], all...) }); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

// things returns the keys of what a query finds, in order.
func things(ctx context.Context, t *testing.T, d *db.DB, x *search.Index, q search.Query) string {
	t.Helper()
	if len(q.Kinds) == 0 {
		q.Kinds = []string{"text"}
	}
	if q.Scopes == nil {
		q.Scopes = [][]string{{"b1"}}
	}
	if q.Limit == 0 {
		q.Limit = 50
	}
	found, err := x.Search(ctx, d, q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	var keys []string
	for _, f := range found {
		keys = append(keys, fmt.Sprint(f.Thing))
	}
	return strings.Join(keys, " ")
}

func TestWordsAreFoundAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		old := text(6, "Wymiana routera", "dawno")
		old.At = noon.AddDate(-1, 0, 0)
		heavy := text(8, "Reklamacja paczki", "")
		heavy.Weight = search.MaxWeight
		x := put(ctx, t, d,
			text(1, "Zażółć gęślą jaźń", "Łódź leży w Polsce"), text(2, "Lodz without accents", "plain"),
			text(3, "Árvíztűrő tükörfúrógép", "ismét"), text(4, "Faktura", "wymiana routera trwa dwa dni"), text(5, "Wymiana routera", "teraz"),
			old, text(7, "Reklamacja paczki", ""), heavy, text(9, "Łódź", "krótko"), text(10, "ß-Straße ②", "jan.kowalski@example.pl +48 600-100-200"),
		)
		for query, want := range map[string]string{
			"zazolc gesla":              "1",
			"ZAŻÓŁĆ":                    "1",
			"arvizturo":                 "3",
			"tükörfúró":                 "3",
			"tükörfúrógéppel":           "3",     // of a long word the ending is not looked at
			"łódź":                      "9 2 1", // with its accents first; the title before the body
			"lodz":                      "9 2 1", // who types none means any
			"wymiana routera":           "5 6 4", // title before body, the younger before the older
			"wymian rout":               "5 6 4",
			"routera faktura":           "4", // one word in the title, one in the body
			"reklamacja":                "8 7",
			"strasse":                   "10",
			"jan.kowalski@example.pl":   "10",
			"600-100":                   "10",
			"faktura polska":            "",
			"aktura":                    "", // a beginning, never a middle
			"":                          "",
			"?!":                        "",
			`" OR 1 AND NEAR(a b) * -`:  "",
			`title : faktura`:           "",
			"dwa\x00dni\xff":            "",
			"dwa\x00 dni\xff":           "4",
			"'); DROP TABLE x --":       "",
			"a:* & b | !c <-> 'd'":      "",
			strings.Repeat("ab ", 1000): "",
		} {
			if got := things(ctx, t, d, x, search.Query{Text: query}); got != want {
				t.Errorf("%q finds %q, want %q", query, got, want)
			}
		}
	})
}

func TestNobodyFindsWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		one, two := dbtest.As(t, 1), dbtest.As(t, 2)
		other := text(2, "secret", "")
		other.Scopes = []string{"b2", "t2", "a1"}
		other.Language = "pl"
		kind := text(3, "secret", "")
		kind.Kind = "another"
		x := put(one, t, d, text(1, "secret", "t2 b2 sb2"), other, kind)
		put(two, t, d, text(4, "secret", ""))
		for name, c := range map[string]struct {
			ctx  context.Context
			q    search.Query
			want string
		}{
			"own scope":                {one, search.Query{Scopes: [][]string{{"b1"}}}, "1"},
			"both scopes":              {one, search.Query{Scopes: [][]string{{"b1", "b2"}}}, "2 1"},
			"one of each list":         {one, search.Query{Scopes: [][]string{{"b1", "b2"}, {"a1"}}}, "2"},
			"no scope":                 {one, search.Query{Scopes: [][]string{{}}}, ""},
			"no list of scopes":        {one, search.Query{Scopes: [][]string{}}, "2 1"},
			"another tenant":           {two, search.Query{Scopes: [][]string{{"b1", "b2", "t2"}}}, "4"},
			"another kind":             {one, search.Query{Kinds: []string{"another", "text"}}, "3 1"},
			"one language":             {one, search.Query{Scopes: [][]string{}, Language: "pl"}, "2"},
			"what other tables say":    {one, search.Query{Scopes: [][]string{}, Only: func(w *db.Where) string { return "d.thing_id < " + w.Arg(2) }}, "1"},
			"a scope is no word":       {one, search.Query{Text: "sb2"}, "1"},
			"a word is no scope":       {one, search.Query{Text: "t2"}, "1"},
			"nor one of other tenants": {one, search.Query{Text: "tt2"}, ""},
		} {
			if c.q.Text == "" {
				c.q.Text = "secret"
			}
			if got := things(c.ctx, t, d, x, c.q); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
		if _, err := x.Search(one, d, search.Query{Text: "secret", Kinds: []string{"text"}, Scopes: [][]string{{`") OR ("x`}}}); err == nil {
			t.Error("a scope may hold anything")
		}
	})
}

func TestTheIndexFollowsItsDocuments(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		pl, hu := text(1, "reklamacja", ""), text(1, "panasz", "")
		pl.Language, hu.Language = "pl", "hu"
		x := put(ctx, t, d, pl, hu, text(2, "old words", ""), text(3, "reklamacja", ""))
		put(ctx, t, d, text(2, "new words", ""), text(3, "reklamacja", ""))
		steps := []struct{ query, want string }{{"old", ""}, {"new", "2"}, {"panasz", "1"}, {"reklamacja", "3 1"}}
		for _, s := range steps {
			if got := things(ctx, t, d, x, search.Query{Text: s.query}); got != s.want {
				t.Errorf("%q finds %q, want %q", s.query, got, s.want)
			}
		}
		err := d.Update(ctx, func(tx *db.Tx) error { return x.Replace(ctx, tx, "text", []int64{1, 3}, hu) })
		if got := things(ctx, t, d, x, search.Query{Text: "reklamacja"}); got != "" || err != nil {
			t.Errorf("removed, but found: %q, %v", got, err)
		}
		if got := things(ctx, t, d, x, search.Query{Text: "panasz"}); got != "1" {
			t.Errorf("the language that was kept: %q", got)
		}
		begin := time.Now().Add(time.Hour)
		err = d.At(func() time.Time { return begin }).Update(ctx, func(tx *db.Tx) error {
			if err := x.Replace(ctx, tx, "text", []int64{2}, text(2, "new words", "")); err != nil {
				return err
			}
			_, err := x.Sweep(ctx, tx, "text", begin)
			return err
		})
		if got := things(ctx, t, d, x, search.Query{Text: "panasz"}); got != "" || err != nil {
			t.Errorf("swept, but found: %q, %v", got, err)
		}
		if got := things(ctx, t, d, x, search.Query{Text: "new"}); got != "2" {
			t.Errorf("what was written again is gone: %q", got)
		}
	})
}

func TestFindsOfOneGroupAreOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		var all []search.Document
		for i := range int64(10) {
			one := text(100+i, "", "paczka")
			one.Group, one.At = 1+i/5, noon.Add(time.Duration(i)*time.Minute)
			all = append(all, one)
		}
		x := put(ctx, t, d, all...)
		if got := things(ctx, t, d, x, search.Query{Text: "paczka"}); got != "109 104" {
			t.Errorf("%q", got)
		}
		if got := things(ctx, t, d, x, search.Query{Text: "paczka", Limit: 1}); got != "109 104" {
			t.Errorf("one more than the limit: %q", got)
		}
		if got := things(ctx, t, d, x, search.Query{Text: "paczka", Limit: 1, Skip: 1}); got != "104" {
			t.Errorf("the second page: %q", got)
		}
	})
}

func TestAnyWordWillDoButRareOnesSayMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		x := put(ctx, t, d,
			text(1, "Jak zwrócić paczkę", "zwrot jest bezpłatny"), text(2, "Paczka nie dotarła", ""), text(3, "Paczka i paczkomat", ""),
			text(4, "Paczka za granicę", ""), text(5, "Faktura", "nic"),
		)
		got := things(ctx, t, d, x, search.Query{Text: "chciałbym zwrócić paczkę którą kupiłem", Any: true})
		if !strings.HasPrefix(got, "1 ") || strings.Contains(got, "5") || len(got) != 7 {
			t.Errorf("%q", got)
		}
	})
}

func plainText(runs []search.Run) string {
	var b strings.Builder
	for _, r := range runs {
		if r.Hit {
			b.WriteString("[" + r.Text + "]")
		} else {
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

func TestHitsAreMarked(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ctx := dbtest.As(t, 1)
	long := strings.Repeat("Zdanie bez treści. ", 20) + "Odbiór w Łodzi <b>jutro</b>. " + strings.Repeat("I znowu nic. ", 30)
	x := put(ctx, t, d, text(1, "W Łodzi, łodzią", long))
	found, err := x.Search(ctx, d, search.Query{Text: "lodzi", Kinds: []string{"text"}, Limit: 1})
	if err != nil || len(found) != 1 {
		t.Fatalf("%v %v", found, err)
	}
	if got := plainText(found[0].Title); got != "W [Łodzi], [łodzią]" {
		t.Errorf("title %q", got)
	}
	got := plainText(found[0].Excerpt)
	if !strings.HasPrefix(got, "… ") || !strings.HasSuffix(got, " …") || !strings.Contains(got, "Odbiór w [Łodzi] <b>jutro</b>.") || len(got) > 300 {
		t.Errorf("excerpt %q", got)
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{`"`, `a*`, `title:x`, `NEAR(a b)`, `'\''`, "ŁÓDŹ", "a\x00b", "ǆ", "ʼn", "İ", "①", "\u0301", "x\u00ady", "日本語", "ﷺ", "AND OR NOT", strings.Repeat("ż", 500)} {
		f.Add(seed, seed)
	}
	d := dbtest.SQLite(f)
	ctx := dbtest.As(f, 1)
	x := search.New(d)
	f.Fuzz(func(t *testing.T, title, query string) {
		err := d.Update(ctx, func(tx *db.Tx) error {
			return x.Replace(ctx, tx, "text", []int64{1}, search.Document{Kind: "text", Thing: 1, Title: title, Body: query, Scopes: []string{"b1"}, At: tx.Now()})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, anyWord := range []bool{false, true} {
			found, err := x.Search(ctx, d, search.Query{Text: query, Any: anyWord, Kinds: []string{"text"}, Scopes: [][]string{{"b1"}}, Limit: 1})
			if err != nil {
				t.Fatalf("%q: %v", query, err)
			}
			for _, one := range found {
				if whole := strings.NewReplacer("[", "", "]", "").Replace(plainText(one.Title)); len(whole) > len(title) {
					t.Errorf("%q became %q", title, whole)
				}
			}
		}
	})
}
