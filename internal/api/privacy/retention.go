package privacy

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/privacy"
)

const rulesPath = "/api/v1/retention-rules"

type retentionRuleBody struct {
	ID        id.RetentionRule `json:"id"`
	BrandID   id.Brand         `json:"brand_id,omitzero" doc:"Absent: every brand that has no rule of its own"`
	Class     string           `json:"class" enum:"messages,files,mails,visits,cases,logs"`
	Topic     string           `json:"topic,omitempty" doc:"Of cases; absent: every topic that has no rule of its own"`
	LeastDays int              `json:"least_days" doc:"An erasure leaves what is younger; 0: no duty. For messages and cases"`
	MostDays  int              `json:"most_days" doc:"What is older is removed each night; 0: it stays"`
	Basis     string           `json:"basis,omitempty" doc:"The law or the contract that asks for it"`
	ChangedAt time.Time        `json:"changed_at"`
}

type rulePutInput struct {
	Body struct {
		BrandID   id.Brand `json:"brand_id,omitempty"`
		Class     string   `json:"class" enum:"messages,files,mails,visits,cases,logs"`
		Topic     string   `json:"topic,omitempty" maxLength:"100"`
		LeastDays int      `json:"least_days,omitempty" minimum:"0" maximum:"36500"`
		MostDays  int      `json:"most_days,omitempty" minimum:"0" maximum:"36500"`
		Basis     string   `json:"basis,omitempty" maxLength:"500"`
	}
}

type ruleKey struct {
	ID id.RetentionRule `path:"id"`
}

type retentionDry struct {
	Class    string   `json:"class" enum:"messages,files,mails,visits,cases,logs"`
	Goes     int64    `json:"goes" doc:"How much tonight's retention would remove"`
	Stays    int64    `json:"stays" doc:"Old enough, but held, open or kept by law"`
	Examples []string `json:"examples" doc:"Keys of some that would go"`
	More     bool     `json:"more" doc:"There are more than were looked at"`
}

type retentionRun struct {
	ID     string           `json:"id"`
	State  string           `json:"state" enum:"running,done"`
	Counts map[string]int64 `json:"counts" doc:"What was removed, by class"`
	MadeAt time.Time        `json:"made_at"`
	DoneAt time.Time        `json:"done_at,omitzero"`
}

type (
	ruleOutput              struct{ Body retentionRuleBody }
	retentionRuleListOutput struct {
		Body struct {
			Items []retentionRuleBody `json:"items"`
		}
	}
	dryOutput struct {
		Body struct {
			Items []retentionDry `json:"items"`
		}
	}
	nightListOutput struct {
		Body struct {
			Items []retentionRun `json:"items" doc:"Newest first"`
		}
	}
)

func ruleOf(r privacy.Rule) retentionRuleBody {
	return retentionRuleBody{
		ID: r.ID, BrandID: r.BrandID, Class: string(r.Class), Topic: r.Topic, LeastDays: r.LeastDays, MostDays: r.MostDays, Basis: r.Basis, ChangedAt: r.ChangedAt,
	}
}

func registerRetention(api *httpx.API, s *privacy.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "listRetentionRules", Method: http.MethodGet, Path: rulesPath, Tag: tag, Permission: actor.RetentionEdit, Summary: "How long what is kept",
	}, func(ctx context.Context, _ *struct{}) (*retentionRuleListOutput, error) {
		all, err := s.Rules(ctx)
		out := &retentionRuleListOutput{}
		out.Body.Items = []retentionRuleBody{}
		for _, r := range all {
			out.Body.Items = append(out.Body.Items, ruleOf(r))
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "putRetentionRule", Method: http.MethodPut, Path: rulesPath, Tag: tag, Permission: actor.RetentionEdit,
		Summary: "Make a rule, or change the one for the same brand, class and topic", Errors: []httpx.Code{{Kind: errs.Exhausted, Code: "retention.too_many"}},
	}, func(ctx context.Context, in *rulePutInput) (*ruleOutput, error) {
		b := in.Body
		r, err := s.PutRule(ctx, privacy.Rule{
			BrandID: b.BrandID, Class: personal.Class(b.Class), Topic: b.Topic, LeastDays: b.LeastDays, MostDays: b.MostDays, Basis: b.Basis,
		})
		return &ruleOutput{Body: ruleOf(r)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "deleteRetentionRule", Method: http.MethodDelete, Path: rulesPath + "/{id}", Tag: tag, Permission: actor.RetentionEdit, Summary: "End a rule", Errors: notFound(),
	}, func(ctx context.Context, in *ruleKey) (*struct{}, error) {
		return nil, s.DropRule(ctx, in.ID)
	})
	registerNights(api, s)
}

func registerNights(api *httpx.API, s *privacy.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "previewRetention", Method: http.MethodGet, Path: "/api/v1/retention/preview", Tag: tag, Permission: actor.RetentionEdit,
		Summary: "What tonight's retention would remove", Description: "Nothing is removed by asking.",
	}, func(ctx context.Context, _ *struct{}) (*dryOutput, error) {
		all, err := s.DryRun(ctx)
		out := &dryOutput{}
		out.Body.Items = []retentionDry{}
		for _, d := range all {
			b := retentionDry{Class: string(d.Class), Goes: d.Goes, Stays: d.Stays, Examples: []string{}, More: d.More}
			for _, key := range d.Examples {
				b.Examples = append(b.Examples, strconv.FormatInt(key, 10))
			}
			out.Body.Items = append(out.Body.Items, b)
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listRetentionRuns", Method: http.MethodGet, Path: "/api/v1/retention/runs", Tag: tag, Permission: actor.RetentionEdit, Summary: "What the last nights have removed",
	}, func(ctx context.Context, _ *struct{}) (*nightListOutput, error) {
		all, err := s.Nights(ctx)
		out := &nightListOutput{}
		out.Body.Items = []retentionRun{}
		for _, n := range all {
			out.Body.Items = append(out.Body.Items, retentionRun{ID: strconv.FormatInt(n.ID, 10), State: string(n.State), Counts: counts(n.Counts), MadeAt: n.MadeAt, DoneAt: n.DoneAt})
		}
		return out, err
	})
}
