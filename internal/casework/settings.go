package casework

import (
	"context"
	"fmt"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/setting"
)

// MaxTopics bounds how many topics are offered.
const MaxTopics = 50

// Settings are what holds for all cases.
type Settings struct {
	ReopenDays int      // for how many days after its end a case is taken up again when its customer writes; later a new case follows it
	Topics     []string // that are offered, in this order; cases may have others
}

var (
	reopenDays = setting.Key[int]{ //nolint:gochecknoglobals // a declaration that never changes
		Name: "case.reopen_days", Scope: setting.OfTenant, Default: 14,
		Check: func(days int) error {
			if days < 0 || days > MaxReopenDays {
				return errs.Fields("casework.reopenDays", errs.Field{Path: "reopen_days", Code: "number.max", Values: errs.Values{"max": MaxReopenDays}})
			}
			return nil
		},
	}
	caseTopics = setting.Key[[]string]{ //nolint:gochecknoglobals // a declaration that never changes
		Name: "case.topics", Scope: setting.OfTenant, Default: []string{}, Check: checkTopics,
	}
)

func checkTopics(topics []string) error {
	var f check.Fields
	f.Count("topics", len(topics), 0, MaxTopics)
	for i, topic := range topics[:min(len(topics), MaxTopics)] {
		f.Text(fmt.Sprintf("topics.%d", i), topic, MaxTopic)
	}
	return f.Err("casework.topics")
}

// Settings returns what holds for all cases.
func (s *Setup) Settings(ctx context.Context) (Settings, error) {
	const op = "casework.Settings"
	if _, err := actor.Require(ctx, op, actor.CaseRead); err != nil {
		return Settings{}, err
	}
	return s.settings(ctx, s.db)
}

func (s *Setup) settings(ctx context.Context, q db.Queryer) (all Settings, err error) {
	if all.ReopenDays, err = setting.Get(ctx, q, reopenDays, 0); err == nil {
		all.Topics, err = setting.Get(ctx, q, caseTopics, 0)
	}
	return all, errs.Op("casework.settings", err)
}

// SettingsPatch is what may change of the settings. Nil leaves one as it is.
type SettingsPatch struct {
	ReopenDays *int
	Topics     *[]string
}

// UpdateSettings changes what holds for all cases.
func (s *Setup) UpdateSettings(ctx context.Context, p SettingsPatch) (Settings, error) {
	const op = "casework.UpdateSettings"
	if err := mayEdit(ctx, op, 0); err != nil {
		return Settings{}, err
	}
	var after Settings
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		if p.ReopenDays != nil {
			if err := setting.Set(ctx, tx, reopenDays, 0, *p.ReopenDays); err != nil {
				return err
			}
		}
		if p.Topics != nil {
			if err := setting.Set(ctx, tx, caseTopics, 0, tidyTopics(*p.Topics)); err != nil {
				return err
			}
		}
		after, err = s.settings(ctx, tx)
		return err
	})
	return after, errs.Op(op, err)
}

// tidyTopics returns topics without what repeats one before, in other letters too.
func tidyTopics(topics []string) []string {
	kept, seen := make([]string, 0, len(topics)), map[string]bool{}
	for _, topic := range topics {
		topic = strings.TrimSpace(topic)
		if key := fold.Text(topic); topic == "" || !seen[key] {
			seen[key], kept = true, append(kept, topic)
		}
	}
	return kept
}
