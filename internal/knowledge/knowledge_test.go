package knowledge_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const (
	falaNet  id.Brand = 10
	vasarfia id.Brand = 11
	expert   id.User  = 5
	lead     id.User  = 6
)

// people says that everybody works for every brand.
type people struct{}

func (people) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return users, nil
}

// news keeps who was told of articles whose time is up.
type news struct{ told *[]id.User }

func (n news) TellOfArticle(_ context.Context, _ *db.Tx, users []id.User, _ id.Article) error {
	if n.told != nil {
		*n.told = append(*n.told, users...)
	}
	return nil
}

// shelf keeps of which article files are.
type shelf map[id.Attachment]id.Article

// sheets is where the files of a shelf begin that are no pictures.
const sheets = 10

func (s shelf) TakeFiles(_ context.Context, _ *db.Tx, article id.Article, files []id.Attachment) (taken []knowledge.File, err error) {
	for _, f := range files {
		if of, known := s[f]; !known || of != 0 && of != article {
			continue
		}
		s[f] = article
		taken = append(taken, knowledge.File{ID: f, Name: fmt.Sprint("file", f), Type: "application/pdf", Size: 2000 + int64(f), Picture: f < sheets})
	}
	return taken, nil
}

func (s shelf) FreeFiles(_ context.Context, _ *db.Tx, article id.Article, files []id.Attachment) error {
	for _, f := range files {
		if s[f] == article {
			s[f] = 0
		}
	}
	return nil
}

// open returns a service over d, in which the first tenant has both brands.
func open(t *testing.T, d *db.DB) *knowledge.Service {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		for _, brand := range []id.Brand{falaNet, vasarfia} {
			_, err := db.Exec(t.Context(), tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
				VALUES (1, $1, '', '', '#0b7285', '["pl"]', 'Europe/Warsaw', 0, 0)`, brand)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return knowledge.New(d, people{}, news{}, shelf{})
}

// as returns a context in which a user of a role works for brands, or for all.
func as(t *testing.T, user id.User, role actor.BuiltIn, brands ...id.Brand) context.Context {
	t.Helper()
	return actor.With(t.Context(), actor.Actor{
		Kind: actor.User, Tenant: 1, User: user, Rights: role.Rights(), Brands: actor.Brands{All: len(brands) == 0, Some: brands},
	})
}

func text(words string) []knowledge.Block {
	return []knowledge.Block{{Kind: knowledge.Text, Text: words}}
}

func article(t *testing.T, ctx context.Context, s *knowledge.Service, title string, brands ...id.Brand) knowledge.Detail { //nolint:revive // t first reads better
	t.Helper()
	d, err := s.Create(ctx, knowledge.NewArticle{Brands: brands, Language: "pl", Writing: knowledge.Writing{Title: title, Blocks: text("Treść: " + title)}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func must[T any](t *testing.T) func(v T, err error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestATextIsWrittenReviewedAndPublished(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		writer, boss := as(t, expert, actor.Expert, falaNet), as(t, lead, actor.Supervisor, falaNet, vasarfia)
		agent := as(t, 7, actor.Agent, falaNet)
		v := must[knowledge.Version](t)
		a := article(t, writer, s, "Zwrot", falaNet)
		if _, err := s.Get(agent, a.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("a reader sees a draft: %v", err)
		}
		if _, err := s.Publish(writer, a.ID, "pl", ""); !errs.Is(errs.Forbidden, err) {
			t.Errorf("an expert publishes: %v", err)
		}
		v(s.Submit(writer, a.ID, "pl", "gotowe"))
		if _, err := s.Submit(writer, a.ID, "pl", ""); errs.CodeOf(err) != "knowledge.no_draft" {
			t.Errorf("submitted twice: %v", err)
		}
		if _, err := s.Return(boss, a.ID, "pl", " "); !errs.Is(errs.Invalid, err) {
			t.Errorf("returned without a word: %v", err)
		}
		v(s.Return(boss, a.ID, "pl", "za krótko"))
		v(s.Write(writer, a.ID, "pl", knowledge.Writing{Title: "Zwrot towaru", Blocks: text("Dłużej")}))
		first := v(s.Publish(boss, a.ID, "pl", ""))
		if got, err := s.Get(agent, a.ID); err != nil || len(got.Versions) != 1 || got.Versions[0].Title != "Zwrot towaru" || got.MayEdit {
			t.Errorf("a reader sees %+v, %v", got, err)
		}
		v(s.Write(writer, a.ID, "pl", knowledge.Writing{Title: "Zwrot towaru", Blocks: text("Jeszcze dłużej")}))
		if got, _ := s.Get(agent, a.ID); len(got.Versions) != 1 || got.Versions[0].ID != first.ID {
			t.Errorf("a reader sees what is being written: %+v", got.Versions)
		}
		second := v(s.Publish(boss, a.ID, "pl", "lepiej"))
		h, err := s.History(boss, a.ID)
		if err != nil || len(h.Versions) != 2 || h.Versions[0].State != knowledge.Published || h.Versions[1].State != knowledge.Archived {
			t.Errorf("history %+v, %v", h.Versions, err)
		}
		var done []string
		for _, r := range h.Reviews {
			done = append(done, r.Action+" "+r.Comment)
		}
		if got := strings.Join(done, "|"); got != "published lepiej|published |returned za krótko|submitted gotowe" {
			t.Errorf("reviews %q", got)
		}
		if old := v(s.Version(boss, first.ID)); old.Blocks[0].Text != "Dłużej" {
			t.Errorf("an old version reads %+v", old)
		}
		diff, err := s.Compare(boss, first.ID, second.ID)
		if err != nil || len(diff) != 2 || diff[0].Kind != "same" || diff[1].Kind != "changed" {
			t.Errorf("%+v %v", diff, err)
		}
		if draft := v(s.Restore(writer, first.ID)); draft.State != knowledge.Draft || draft.Number != 3 || draft.Blocks[0].Text != "Dłużej" {
			t.Errorf("restored %+v", draft)
		}
		if _, err := s.History(agent, a.ID); !errs.Is(errs.Forbidden, err) {
			t.Errorf("a reader looks back: %v", err)
		}
		v(s.Withdraw(boss, a.ID, "pl", ""))
		if _, err := s.Get(agent, a.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("what was withdrawn is read: %v", err)
		}
		kinds, _ := db.Many[string](writer, d, `SELECT DISTINCT kind FROM fact`)
		actions, _ := db.Many[string](writer, d, `SELECT DISTINCT action FROM audit ORDER BY action`)
		want := []string{"article.create", "article.published", "article.restored", "article.returned", "article.submitted", "article.withdrawn"}
		if !slices.Equal(kinds, []string{"article.changed"}) || !slices.Equal(actions, want) {
			t.Errorf("facts %v, audit %v", kinds, actions)
		}
	})
}

func TestEditorsOfOneTextDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		boss := as(t, lead, actor.Supervisor)
		a := article(t, boss, s, "Jeden")
		w := knowledge.Writing{Title: "Dwa", Blocks: text("x"), Rev: 1}
		if _, err := s.Write(boss, a.ID, "pl", w); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write(boss, a.ID, "pl", w); errs.CodeOf(err) != "knowledge.changed" {
			t.Errorf("an older draft: %v", err)
		}
		if _, err := s.Write(boss, a.ID, "hu", w); errs.CodeOf(err) != "knowledge.changed" {
			t.Errorf("a draft that is not there: %v", err)
		}
		if _, err := s.Update(boss, a.ID, knowledge.Change{Rev: 7}); errs.CodeOf(err) != "knowledge.changed" {
			t.Errorf("an older article: %v", err)
		}
	})
}

func TestArticlesStayWithinTheirBrands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		chief, fala := as(t, 1, actor.Administrator), as(t, lead, actor.Supervisor, falaNet)
		writer := as(t, expert, actor.Expert, falaNet)
		for _, a := range []knowledge.Detail{article(t, chief, s, "all"), article(t, chief, s, "fala", falaNet), article(t, chief, s, "both", falaNet, vasarfia), article(t, chief, s, "vasar", vasarfia)} {
			if _, err := s.Publish(chief, a.ID, "pl", ""); err != nil {
				t.Fatal(err)
			}
			for name, c := range map[string]struct {
				ctx  context.Context
				sees string
				may  string
			}{
				"chief":  {chief, "all fala both vasar", "all fala both vasar"},
				"fala":   {fala, "all fala both", "fala"},
				"writer": {writer, "all fala both", ""},
			} {
				title := a.Versions[0].Title
				got, err := s.Get(c.ctx, a.ID)
				if sees := strings.Contains(c.sees, title); sees != (err == nil) {
					t.Errorf("%s sees %s: %v", name, title, err)
				} else if sees && got.MayEdit != strings.Contains(c.may, title) {
					t.Errorf("%s may edit %s: %v", name, title, got.MayEdit)
				}
			}
		}
		if _, err := s.Create(fala, knowledge.NewArticle{Language: "pl", Writing: knowledge.Writing{Title: "x", Blocks: text("x")}}); errs.CodeOf(err) != "knowledge.brand" {
			t.Errorf("an article of all brands by one brand's supervisor: %v", err)
		}
		own := article(t, writer, s, "own", falaNet)
		all, err := s.List(writer, knowledge.Filter{Limit: 10})
		if err != nil || len(all) != 4 || all[0].ID != own.ID {
			t.Errorf("%d rows, %v", len(all), err)
		}
		if rows, err := s.List(as(t, 9, actor.Agent, vasarfia), knowledge.Filter{Limit: 10}); err != nil || len(rows) != 3 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
		if rows, err := s.List(dbtest.As(t, 2), knowledge.Filter{Limit: 10}); err != nil || len(rows) != 0 {
			t.Errorf("another tenant: %d rows, %v", len(rows), err)
		}
	})
}

func TestTheOwnerIsToldWhenTimeIsUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		boss := as(t, lead, actor.Supervisor)
		soon := time.Now().Add(time.Hour)
		a := article(t, boss, s, "Cennik")
		if _, err := s.Update(boss, a.ID, knowledge.Change{ExpiresAt: &soon}); err != nil {
			t.Fatal(err)
		}
		due := func() int {
			rows, err := s.List(boss, knowledge.Filter{Due: true, Mine: true, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return len(rows)
		}
		if at, err := db.One[time.Time](boss, d, `SELECT run_at FROM job WHERE kind = 'knowledge.expire'`); err != nil || at.Sub(soon).Abs() > time.Millisecond {
			t.Errorf("the job runs at %v, %v", at, err)
		}
		other := as(t, expert, actor.Supervisor)
		must[knowledge.Version](t)(s.Publish(other, a.ID, "pl", ""))
		var users []id.User
		run := func(at time.Time) {
			t.Helper()
			late := knowledge.New(d.At(func() time.Time { return at }), people{}, news{&users}, shelf{})
			if err := late.Expire(dbtest.As(t, 1), knowledge.Expire{Article: a.ID}); err != nil {
				t.Fatal(err)
			}
		}
		run(soon.Add(-time.Minute))
		if due() != 0 {
			t.Error("told too early")
		}
		run(soon.Add(time.Minute))
		run(soon.Add(time.Minute))
		told, _ := db.One[int](boss, d, `SELECT COUNT(*) FROM fact WHERE data LIKE '%expired%'`)
		if due() != 1 || told != 1 {
			t.Errorf("due %d, told %d times", due(), told)
		}
		if !slices.Equal(users, []id.User{expert, lead}) {
			t.Errorf("told were %v, want the owner and who has published it, once", users)
		}
		later := soon.AddDate(1, 0, 0)
		if _, err := s.Update(boss, a.ID, knowledge.Change{ExpiresAt: &later}); err != nil || due() != 0 {
			t.Errorf("looked at, but due %d: %v", due(), err)
		}
	})
}

func TestTwoWhoBeginADraftDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		boss := as(t, lead, actor.Supervisor)
		a := article(t, boss, s, "Cennik")
		must[knowledge.Version](t)(s.Publish(boss, a.ID, "pl", ""))
		begin := func(words string) (knowledge.Version, error) {
			return s.Write(boss, a.ID, "pl", knowledge.Writing{Title: "Cennik", Blocks: text(words), Begins: true})
		}
		first := must[knowledge.Version](t)(begin("first"))
		if _, err := begin("second"); errs.CodeOf(err) != "knowledge.changed" {
			t.Errorf("the second who begins: %v", err)
		}
		second := must[knowledge.Version](t)(s.Write(boss, a.ID, "pl", knowledge.Writing{Title: "Cennik", Blocks: text("second"), Rev: first.Rev}))
		if second.ID != first.ID || second.Blocks[0].Text != "second" {
			t.Errorf("who has seen the first goes on with it: %+v", second)
		}
	})
}

func TestAPictureStaysWhileATextShowsIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		files := shelf{1: 0, 2: 0, 3: 99}
		s := knowledge.New(d, people{}, news{}, files)
		boss, reader := as(t, lead, actor.Supervisor), as(t, 7, actor.Agent)
		show := func(keys ...id.Attachment) knowledge.Writing {
			w := knowledge.Writing{Title: "Router"}
			for _, key := range keys {
				w.Blocks = append(w.Blocks, knowledge.Block{Kind: knowledge.Image, Text: "The back", File: key})
			}
			return w
		}
		if _, err := s.Create(boss, knowledge.NewArticle{Language: "pl", Writing: show(1, 3)}); !errs.Is(errs.Invalid, err) {
			t.Fatalf("another article's picture: %v", err)
		}
		files[1] = 0 // as the database takes it back
		a := must[knowledge.Detail](t)(s.Create(boss, knowledge.NewArticle{Language: "pl", Writing: show(1)}))
		must[knowledge.Version](t)(s.Publish(boss, a.ID, "pl", ""))
		must[knowledge.Version](t)(s.Write(boss, a.ID, "pl", show(1, 2)))
		if err := s.MayShow(reader, a.ID, 2); !errs.Is(errs.NotFound, err) {
			t.Errorf("a reader is shown what a draft shows: %v", err)
		}
		if err := s.MayShow(reader, a.ID, 1); err != nil {
			t.Errorf("a reader of what is published: %v", err)
		}
		must[knowledge.Version](t)(s.Write(boss, a.ID, "pl", knowledge.Writing{Title: "Router", Blocks: text("none")}))
		if files[1] != a.ID || files[2] != 0 {
			t.Errorf("a picture that the published text shows is taken, or one that none shows is kept: %v", files)
		}
		said := must[knowledge.Say](t)(s.Say(reader, a.ID, knowledge.Mail, "pl"))
		if said.Text != "The back" || strings.Contains(said.HTML, "<img") {
			t.Errorf("customers get %q, %q", said.Text, said.HTML)
		}
	})
}

func TestAFileOfAnArticleStaysWithItsVersionsAndGoesAlongWhereItMay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		const sheet, film, foreign id.Attachment = sheets, sheets + 1, sheets + 2
		files := shelf{1: 0, sheet: 0, film: 0, foreign: 99}
		s := knowledge.New(d, people{}, news{}, files)
		boss, reader := as(t, lead, actor.Supervisor), as(t, 7, actor.Agent, falaNet)
		stranger := as(t, 8, actor.Agent, vasarfia)
		attach := func(file id.Attachment, goes bool, v map[knowledge.Class]string) knowledge.Block {
			return knowledge.Block{Kind: knowledge.Attached, Text: fmt.Sprint("Sheet ", file), File: file, Along: goes, Variants: v, FileName: "a lie.exe", FileSize: 1}
		}
		writing := func(blocks ...knowledge.Block) knowledge.Writing {
			return knowledge.Writing{Title: "Cennik", Blocks: blocks}
		}
		refused := []knowledge.Block{
			attach(foreign, false, nil), attach(0, false, nil), {Kind: knowledge.Attached, File: sheet}, {Kind: knowledge.Image, Text: "No picture", File: sheet},
		}
		for _, b := range refused {
			if _, err := s.Create(boss, knowledge.NewArticle{Language: "pl", Writing: writing(b)}); !errs.Is(errs.Invalid, err) {
				t.Errorf("%+v: %v", b, err)
			}
		}
		files[sheet] = 0 // as the database takes it back
		first := writing(attach(sheet, true, map[knowledge.Class]string{knowledge.Social: "On our page"}), attach(film, false, nil))
		a := must[knowledge.Detail](t)(s.Create(boss, knowledge.NewArticle{Brands: []id.Brand{falaNet}, Language: "pl", Writing: first}))
		if b := a.Versions[0].Blocks[0]; b.FileName != "file10" || b.FileType != "application/pdf" || b.FileSize != 2010 {
			t.Errorf("a file is what its author says: %+v", b)
		}
		if err := s.MayShow(reader, a.ID, sheet); !errs.Is(errs.NotFound, err) {
			t.Errorf("a file of a draft: %v", err)
		}
		old := must[knowledge.Version](t)(s.Publish(boss, a.ID, "pl", ""))
		for who, want := range map[context.Context]bool{reader: true, boss: true, stranger: false} {
			if err := s.MayShow(who, a.ID, sheet); (err == nil) != want || err != nil && !errs.Is(errs.NotFound, err) {
				t.Errorf("may %v: %v", want, err)
			}
		}
		for class, want := range map[knowledge.Class]string{knowledge.Mail: "Sheet 10 [10]", knowledge.Chat: "Sheet 10 [10]", knowledge.Social: "On our page []", knowledge.SMS: " []"} {
			said := must[knowledge.Say](t)(s.Say(reader, a.ID, class, "pl"))
			var along []id.Attachment
			for _, f := range said.Files {
				along = append(along, f.File)
			}
			if got := fmt.Sprint(said.Text, " ", along); got != want {
				t.Errorf("%s says %q, not %q", class, got, want)
			}
		}
		must[knowledge.Version](t)(s.Write(boss, a.ID, "pl", writing(attach(film, true, nil))))
		must[knowledge.Version](t)(s.Publish(boss, a.ID, "pl", ""))
		if err := s.MayShow(reader, a.ID, sheet); !errs.Is(errs.NotFound, err) {
			t.Errorf("a file of a former text: %v", err)
		}
		if err := s.MayShow(boss, a.ID, sheet); err != nil || files[sheet] != a.ID {
			t.Errorf("who looks back is not shown it: %v", err)
		}
		if again := must[knowledge.Version](t)(s.Restore(boss, old.ID)); again.Blocks[0].File != sheet || !again.Blocks[0].Along {
			t.Errorf("restored %+v", again.Blocks)
		}
	})
}

func TestWhatWasLookedForInVainIsKeptOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		agent, boss := as(t, 7, actor.Agent, falaNet), as(t, lead, actor.Supervisor, falaNet)
		for _, question := range []string{"Gdzie  paczka?", "gdzie PĄCZKA", "faktura", "ab", strings.Repeat("słowo ", 40)} {
			if err := s.Miss(agent, falaNet, question, "pl"); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Miss(agent, vasarfia, "paczka", "pl"); !errs.Is(errs.NotFound, err) {
			t.Errorf("of a foreign brand: %v", err)
		}
		list := func() string {
			found, err := s.Missing(boss, knowledge.Open, knowledge.MissingPlace{}, 10)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, m := range found {
				out = append(out, fmt.Sprintf("%s×%d", m.Question, m.Times))
			}
			return strings.Join(out, " ")
		}
		if got := list(); got != "gdzie paczka×2 faktura×1" {
			t.Errorf("%q", got)
		}
		found, _ := s.Missing(boss, knowledge.Open, knowledge.MissingPlace{}, 10)
		a := article(t, boss, s, "Paczka", falaNet)
		if m, err := s.Answer(boss, found[0].ID, a.ID); err != nil || m.State != knowledge.Answered {
			t.Errorf("%+v %v", m, err)
		}
		if _, err := s.Answer(boss, found[1].ID, 0); err != nil || list() != "" {
			t.Errorf("%q %v", list(), err)
		}
		if err := s.Miss(agent, falaNet, "gdzie paczka", "pl"); err != nil || list() != "gdzie paczka×3" {
			t.Errorf("not open again: %q, %v", list(), err)
		}
		if err := s.Miss(agent, falaNet, "faktura", "pl"); err != nil || list() != "gdzie paczka×3" {
			t.Errorf("what was dismissed came back: %q, %v", list(), err)
		}
		if _, err := s.Missing(as(t, 9, actor.Supervisor, vasarfia), knowledge.Open, knowledge.MissingPlace{}, 10); err != nil {
			t.Error(err)
		}
	})
}

func TestUsesAreCounted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		boss, agent := as(t, lead, actor.Supervisor), as(t, 7, actor.Agent)
		a := article(t, boss, s, "Zwrot")
		if _, err := s.Used(agent, a.ID, "pl", 99); !errs.Is(errs.NotFound, err) {
			t.Errorf("a draft is used: %v", err)
		}
		if _, err := s.Publish(boss, a.ID, "pl", ""); err != nil {
			t.Fatal(err)
		}
		var uses []id.ArticleUse
		for range 3 {
			use, err := s.Used(agent, a.ID, "pl", 99)
			if err != nil {
				t.Fatal(err)
			}
			uses = append(uses, use)
		}
		for i, v := range []knowledge.Verdict{knowledge.NotHelped, knowledge.Helped} {
			if err := s.Judge(agent, uses[i], v); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Judge(boss, uses[2], knowledge.Helped); !errs.Is(errs.NotFound, err) {
			t.Errorf("another judges: %v", err)
		}
		if d, err := s.Get(agent, a.ID); err != nil || d.Counts != (knowledge.Counts{Used: 3, Helped: 1, NotHelped: 1}) {
			t.Errorf("%+v %v", d.Counts, err)
		}
	})
}

func TestTheTreeHasNoCircles(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		boss := as(t, lead, actor.Supervisor)
		c := must[knowledge.Category](t)
		top := c(s.CreateCategory(boss, 0, "Łącze"))
		below := c(s.CreateCategory(boss, top.ID, "Awarie"))
		if _, err := s.CreateCategory(boss, 0, "lacze"); errs.CodeOf(err) != "knowledge.category_taken" {
			t.Errorf("two of one name: %v", err)
		}
		if _, err := s.UpdateCategory(boss, top.ID, &below.ID, nil); !errs.Is(errs.Invalid, err) {
			t.Errorf("a circle: %v", err)
		}
		foreign := id.Category(77)
		if _, err := s.UpdateCategory(boss, below.ID, &foreign, nil); !errs.Is(errs.Invalid, err) {
			t.Errorf("below nothing: %v", err)
		}
		if err := s.DeleteCategory(boss, top.ID); errs.CodeOf(err) != "knowledge.category_used" {
			t.Errorf("one in use: %v", err)
		}
		if _, err := s.CreateCategory(as(t, lead, actor.Supervisor, falaNet), 0, "x"); errs.CodeOf(err) != "knowledge.brand" {
			t.Errorf("by one brand's supervisor: %v", err)
		}
		root := id.Category(0)
		c(s.UpdateCategory(boss, below.ID, &root, new("Usterki")))
		if err := s.DeleteCategory(boss, top.ID); err != nil {
			t.Error(err)
		}
	})
}
