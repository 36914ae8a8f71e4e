package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/canned"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/worklist"
)

const (
	tagCanned  = "canned"
	cannedPath = "/api/v1/canned"
)

// CannedKey names a canned reply in a path. It is exported so that the document sees it where it is embedded.
type CannedKey struct {
	ID id.Canned `path:"id"`
}

type cannedBody struct {
	ID        id.Canned         `json:"id"`
	BrandID   id.Brand          `json:"brand_id,omitzero" doc:"Absent: every brand"`
	Shortcut  string            `json:"shortcut"`
	Title     string            `json:"title"`
	Own       bool              `json:"own" doc:"Nobody else has it"`
	TeamID    id.Team           `json:"team_id,omitzero" doc:"Its members alone have it"`
	Texts     map[string]string `json:"texts" doc:"By language"`
	Variants  canned.Variants   `json:"variants,omitempty" doc:"What is said instead by class of channel: chat, mail, social, sms; then by language"`
	Used      int               `json:"used" doc:"How often it was put into an answer; lists tell it"`
	Text      string            `json:"text" doc:"In the language that was asked for, or the first there is"`
	Language  string            `json:"language" doc:"Of text"`
	Archived  bool              `json:"archived"`
	Rev       int64             `json:"rev"`
	ChangedAt time.Time         `json:"changed_at"`
}

type cannedListInput struct {
	httpx.PageQuery

	Brand    id.Brand `query:"brand" doc:"Those of this brand and those of every brand"`
	Q        string   `query:"q" maxLength:"100" doc:"Part of the shortcut, the title or a text"`
	Language string   `query:"language" maxLength:"10"`
	Archived bool     `query:"archived" doc:"Those instead of the living"`
}

type cannedCreateInput struct {
	Body struct {
		BrandID  id.Brand          `json:"brand_id,omitzero" doc:"Absent: every brand"`
		Own      bool              `json:"own,omitempty" doc:"For oneself alone"`
		TeamID   id.Team           `json:"team_id,omitzero" doc:"For the members of a team"`
		Shortcut string            `json:"shortcut" maxLength:"41"`
		Title    string            `json:"title" maxLength:"120"`
		Texts    map[string]string `json:"texts"`
		Variants canned.Variants   `json:"variants,omitempty"`
	}
}

type cannedUpdateInput struct {
	CannedKey
	Body struct {
		Shortcut *string           `json:"shortcut,omitempty" maxLength:"41"`
		Title    *string           `json:"title,omitempty" maxLength:"120"`
		Texts    map[string]string `json:"texts,omitempty"`
		Variants canned.Variants   `json:"variants,omitempty"`
		TeamID   *id.Team          `json:"team_id,omitempty" doc:"0: of all again"`
		Rev      int64             `json:"rev,omitempty" doc:"Of the version that was edited; a change since gives a conflict"`
	}
}

type renderInput struct {
	CannedKey

	Conversation id.Conversation `query:"conversation" required:"true"`
	Language     string          `query:"language" maxLength:"10"`
}

type renderOutput struct {
	Body struct {
		Text     string   `json:"text"`
		Language string   `json:"language"`
		Unknown  []string `json:"unknown" doc:"Variables that nothing fills; they stand in the text as they are"`
	}
}

type (
	cannedOutput     struct{ Body cannedBody }
	cannedPageOutput struct{ Body httpx.Page[cannedBody] }
)

// Canned is what the operations on canned replies work with.
type Canned struct {
	Canned   *canned.Service
	Worklist *worklist.Service
	Brands   Brands
}

// Brands knows the names of brands.
type Brands interface {
	// BrandName returns the name of a brand of the actor's tenant.
	BrandName(ctx context.Context, brand id.Brand) (string, error)
}

// RegisterCanned adds the operations on canned replies.
func RegisterCanned(api *httpx.API, c Canned) {
	c.registerReads(api)
	c.registerChanges(api)
}

func (c Canned) registerReads(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listCanned", Method: http.MethodGet, Path: cannedPath, Tag: tagCanned, Summary: "Canned replies", Permission: actor.CannedRead,
	}, func(ctx context.Context, in *cannedListInput) (*cannedPageOutput, error) {
		q := canned.Query{Brand: in.Brand, Text: in.Q, Archived: in.Archived, Limit: in.Size()}
		if _, err := in.After(&q.After); err != nil {
			return nil, err
		}
		found, err := c.Canned.List(ctx, q)
		if err != nil {
			return nil, err
		}
		uses, err := c.Canned.Uses(ctx, found)
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(found, in.Size(), func(last canned.Reply) any { return last.ID })
		return &cannedPageOutput{Body: pageOf(page, func(r canned.Reply) cannedBody {
			b := cannedOf(r, in.Language)
			b.Used = uses[r.ID]
			return b
		})}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getCanned", Method: http.MethodGet, Path: cannedPath + "/{id}", Tag: tagCanned, Summary: "One canned reply",
		Permission: actor.CannedRead, Errors: notFound(),
	}, func(ctx context.Context, in *CannedKey) (*cannedOutput, error) {
		return shownCanned(c.Canned.Get(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "renderCanned", Method: http.MethodGet, Path: cannedPath + "/{id}/render", Tag: tagCanned,
		Summary: "A canned reply filled in for a conversation", Permission: actor.CannedRead, Errors: notFound(),
	}, c.render)
}

func (c Canned) render(ctx context.Context, in *renderInput) (*renderOutput, error) {
	reply, err := c.Canned.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	rows, err := c.Worklist.Rows(ctx, []id.Conversation{in.Conversation})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.E(errs.NotFound, "desk.renderCanned", nil)
	}
	brand, err := c.Brands.BrandName(ctx, rows[0].BrandID)
	if err != nil {
		return nil, err
	}
	who, out := actor.From(ctx), &renderOutput{}
	text, language := reply.Text(string(knowledge.ClassOf(rows[0].Channel)), in.Language, who.Language)
	out.Body.Language = language
	out.Body.Text, out.Body.Unknown = canned.Render(text, map[string]string{
		canned.CustomerName: rows[0].CustomerName, canned.CustomerFirstName: canned.FirstName(rows[0].CustomerName, language),
		canned.AgentName: who.Name, canned.AgentFirstName: canned.FirstName(who.Name, who.Language),
		canned.BrandName: brand, canned.ConversationSubject: rows[0].Subject,
	})
	if out.Body.Unknown == nil {
		out.Body.Unknown = []string{}
	}
	return out, nil
}

func (c Canned) registerChanges(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "createCanned", Method: http.MethodPost, Path: cannedPath, Tag: tagCanned, Summary: "Make a canned reply", Permission: actor.CannedRead,
		Description: "Everybody may have replies of their own; those of a brand take the right to edit them.",
		Creates:     true, Errors: []httpx.Code{{Kind: errs.Conflict, Code: "canned.shortcut_taken"}, {Kind: errs.Forbidden, Code: "canned.brand"}},
	}, func(ctx context.Context, in *cannedCreateInput) (*cannedOutput, error) {
		b := in.Body
		r := canned.Reply{BrandID: b.BrandID, TeamID: b.TeamID, Shortcut: b.Shortcut, Title: b.Title, Texts: b.Texts, Variants: b.Variants}
		if b.Own {
			if r.OwnerID = actor.From(ctx).User; r.OwnerID.IsZero() {
				return nil, errs.New(errs.Forbidden, "desk.createCanned", "actor.person_needed")
			}
		}
		return shownCanned(c.Canned.Create(ctx, r))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateCanned", Method: http.MethodPatch, Path: cannedPath + "/{id}", Tag: tagCanned, Summary: "Change a canned reply",
		Permission: actor.CannedRead, Errors: cannedCodes(),
	}, func(ctx context.Context, in *cannedUpdateInput) (*cannedOutput, error) {
		b := in.Body
		return shownCanned(c.Canned.Update(ctx, in.ID, canned.Change{Shortcut: b.Shortcut, Title: b.Title, Texts: b.Texts, Variants: b.Variants, Team: b.TeamID, Rev: b.Rev}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "useCanned", Method: http.MethodPost, Path: cannedPath + "/{id}/uses", Tag: tagCanned, Status: http.StatusNoContent,
		Summary: "Note that a canned reply was put into an answer", Permission: actor.CannedRead, Errors: notFound(),
	}, c.use)
	c.registerArchive(api, "archive", "Take a canned reply out of use", true)
	c.registerArchive(api, "restore", "Use an archived canned reply again", false)
}

func (c Canned) registerArchive(api *httpx.API, verb, summary string, archived bool) {
	httpx.Register(api, httpx.Operation{
		ID: verb + "Canned", Method: http.MethodPost, Path: cannedPath + "/{id}/" + verb, Tag: tagCanned,
		Summary: summary, Permission: actor.CannedRead, Errors: cannedCodes(),
	}, func(ctx context.Context, in *CannedKey) (*cannedOutput, error) {
		return shownCanned(c.Canned.Update(ctx, in.ID, canned.Change{Archived: &archived}))
	})
}

type cannedUseInput struct {
	CannedKey
	Body struct {
		ConversationID id.Conversation `json:"conversation_id"`
	}
}

func (c Canned) use(ctx context.Context, in *cannedUseInput) (*struct{}, error) {
	rows, err := c.Worklist.Rows(ctx, []id.Conversation{in.Body.ConversationID})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.E(errs.NotFound, "desk.useCanned", nil)
	}
	return nil, c.Canned.Used(ctx, in.ID, in.Body.ConversationID)
}

func cannedCodes() []httpx.Code {
	return notFound(
		httpx.Code{Kind: errs.Conflict, Code: "canned.shortcut_taken"}, httpx.Code{Kind: errs.Conflict, Code: "canned.changed"},
		httpx.Code{Kind: errs.Forbidden, Code: "canned.brand"},
	)
}

func shownCanned(r canned.Reply, err error) (*cannedOutput, error) {
	if err != nil {
		return nil, err
	}
	return &cannedOutput{Body: cannedOf(r, "")}, nil
}

func cannedOf(r canned.Reply, language string) cannedBody {
	text, language := r.Text("", language)
	return cannedBody{
		ID: r.ID, BrandID: r.BrandID, Shortcut: r.Shortcut, Title: r.Title, Own: r.OwnerID != 0, TeamID: r.TeamID, Texts: r.Texts, Variants: r.Variants, Text: text, Language: language,
		Archived: r.Archived, Rev: r.Rev, ChangedAt: r.ChangedAt,
	}
}
