package survey_test

import (
	"context"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/survey"
)

const (
	falaNet  id.Brand = 10
	vasarfia id.Brand = 11
	ola      id.User  = 30
	kamil    id.User  = 31
	eszter   id.User  = 32
)

// mates is the accounts of a test: Ola and Kamil are a team.
type mates struct{}

func (mates) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) {
	return []id.User{ola, kamil}, nil
}

// timeline keeps the entries of every conversation.
type timeline struct{ entries []conversation.NewEntry }

func (*timeline) Lock(_ context.Context, _ *db.Tx, c id.Conversation) (conversation.Conversation, error) {
	return conversation.Conversation{ID: c}, nil
}

func (l *timeline) Append(_ context.Context, _ *db.Tx, c *conversation.Conversation, n conversation.NewEntry) (conversation.Entry, bool, error) {
	if c.ID == 5 {
		l.entries = append(l.entries, n)
	}
	return conversation.Entry{}, false, nil
}

func answer(t *testing.T, d *db.DB, g survey.Given) (survey.Answer, error) {
	t.Helper()
	var a survey.Answer
	ctx := dbtest.As(t, 1)
	err := d.Update(ctx, func(tx *db.Tx) (err error) {
		a, err = survey.NewService(d, mates{}, &timeline{}).Answer(ctx, tx, g)
		return err
	})
	return a, err
}

func given(it id.Interaction, brand id.Brand, agent id.User, stars int) survey.Given {
	return survey.Given{Conversation: 5, Interaction: it, Brand: brand, Queue: 20, Agent: agent, Channel: "webchat", Stars: stars, Comment: " Dziękuję "}
}

func TestAnInteractionHasOneAnswerThatCanBeChangedForAWhile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first, err := answer(t, d, given(7, falaNet, ola, 2))
		if err != nil || first.Stars != 2 || first.Comment != "Dziękuję" || first.AskedAt.IsZero() {
			t.Fatalf("%+v %v", first, err)
		}
		changed, err := answer(t, d, given(7, falaNet, ola, 5))
		if err != nil || changed.Stars != 5 || changed.ID != first.ID || !changed.AnsweredAt.Equal(first.AnsweredAt) {
			t.Errorf("changed %+v, first %+v, %v", changed, first, err)
		}
		age(t, d, first.ID)
		late, err := answer(t, d, given(7, falaNet, ola, 1))
		if err != nil || late.Stars != 5 {
			t.Errorf("a late change took: %+v %v", late, err)
		}
		facts, err := db.FactsOf(t.Context(), d, 1, 5, 0, 10)
		if err != nil || len(facts) != 2 {
			t.Fatalf("%d facts %v", len(facts), err)
		}
		if f, ok := facts[1].Fact.(fact.SurveyAnswered); !ok || f.Stars != 5 || f.Survey != first.ID || f.Agent != ola {
			t.Errorf("%+v", facts[1].Fact)
		}
	})
}

func TestAnAnswerIsShownInItsConversation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		line := &timeline{}
		ctx, s := dbtest.As(t, 1), survey.NewService(d, mates{}, line)
		for _, stars := range []int{2, 2, 5} { // given, told again, thought over
			err := d.Update(ctx, func(tx *db.Tx) error {
				_, err := s.Answer(ctx, tx, given(7, falaNet, ola, stars))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(line.entries) != 2 {
			t.Fatalf("%d entries", len(line.entries))
		}
		for i, data := range []string{`{"stars":2}`, `{"stars":5}`} {
			e := line.entries[i]
			if e.Kind != conversation.Survey || e.Author != conversation.ByCustomer || e.Text != "Dziękuję" || string(e.Data) != data {
				t.Errorf("%+v %s", e, e.Data)
			}
		}
	})
}

// age makes an answer a little older than answers may be changed.
func age(t *testing.T, d *db.DB, key id.Survey) {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `UPDATE survey_answer SET answered_at = $1 WHERE id = $2`, tx.Now().Add(-survey.ChangeTime-1000), key)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnswersAreChecked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for what, c := range map[string]struct {
			stars         int
			comment, code string
		}{
			"no star":          {0, "", "number.min"},
			"six stars":        {6, "", "number.max"},
			"a novel":          {5, strings.Repeat("ż", 2001), "length.max"},
			"not a text":       {5, "a\x00b", "format.text"},
			"as long as it is": {5, strings.Repeat("ż", 2000), ""},
		} {
			g := given(9, falaNet, ola, c.stars)
			g.Comment = c.comment
			_, err := answer(t, d, g)
			told := errs.Told(err)
			if c.code == "" && err != nil || c.code != "" && (told == nil || told.Fields[0].Code != c.code) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestAnswersAreSeenWithinBrandsAndScope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i, g := range []survey.Given{
			given(1, falaNet, ola, 5), given(2, falaNet, kamil, 4), given(3, falaNet, eszter, 1), given(4, vasarfia, ola, 3), given(5, falaNet, 0, 2),
		} {
			if _, err := answer(t, d, g); err != nil {
				t.Fatal(i, err)
			}
		}
		s := survey.NewService(d, mates{}, &timeline{})
		for what, c := range map[string]struct {
			scope  actor.Scope
			brands actor.Brands
			want   survey.Score
		}{
			"tenant":      {actor.InTenant, actor.Brands{All: true}, survey.Score{Answers: 5, Stars: 15, TopTwo: 2}},
			"one brand":   {actor.InBrand, actor.Brands{Some: []id.Brand{falaNet}}, survey.Score{Answers: 4, Stars: 12, TopTwo: 2}},
			"own":         {actor.Own, actor.Brands{All: true}, survey.Score{Answers: 2, Stars: 8, TopTwo: 1}},
			"team":        {actor.InTeam, actor.Brands{Some: []id.Brand{falaNet}}, survey.Score{Answers: 2, Stars: 9, TopTwo: 2}},
			"no brand":    {actor.InTenant, actor.Brands{}, survey.Score{}},
			"other brand": {actor.InTenant, actor.Brands{Some: []id.Brand{99}}, survey.Score{}},
		} {
			ctx := actor.With(t.Context(), actor.Actor{
				Kind: actor.User, Tenant: 1, User: ola, Brands: c.brands, Rights: actor.Rights{actor.FiguresRead: c.scope},
			})
			score, err := s.Score(ctx, survey.Filter{})
			if err != nil || score != c.want {
				t.Errorf("%s: %+v %v, want %+v", what, score, err, c.want)
			}
			list, err := s.List(ctx, survey.Filter{Limit: 10})
			if err != nil || int64(len(list)) != c.want.Answers {
				t.Errorf("%s: %d in the list, %v", what, len(list), err)
			}
		}
		if _, err := s.List(t.Context(), survey.Filter{Limit: 1}); !errs.Is(errs.Unauthenticated, err) {
			t.Errorf("nobody: %v", err)
		}
		page, err := s.List(dbtest.As(t, 1), survey.Filter{Limit: 2, Queue: 20, Stars: 0})
		if err != nil || len(page) != 2 || page[0].ID < page[1].ID {
			t.Errorf("newest first: %+v %v", page, err)
		}
		if other, _ := s.List(dbtest.As(t, 2), survey.Filter{Limit: 10}); len(other) != 0 {
			t.Errorf("another tenant sees %d", len(other))
		}
	})
}

func TestScores(t *testing.T) {
	t.Parallel()
	var s survey.Score
	if _, ok := s.TopPercent(); ok {
		t.Error("a share of nothing")
	}
	for _, stars := range []int{5, 4, 3, 1, 5} {
		s.Count(stars)
	}
	top, _ := s.TopPercent()
	mean, _ := s.Mean()
	if top != 60 || mean != 3.6 || s.Answers != 5 {
		t.Errorf("%v %v", top, mean)
	}
}
