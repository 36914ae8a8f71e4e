package knowledge

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/catalogue"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/search"
)

const tagSearch = "search"

// RunBody is a stretch of plain text that is, or is not, what was looked for.
type RunBody struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty"`
}

// FoundBody is one find.
type FoundBody struct {
	Kind           catalogue.Kind  `json:"kind" enum:"customer,organisation,conversation,case,article"`
	CustomerID     id.Customer     `json:"customer_id,omitzero"`
	OrganisationID id.Organisation `json:"organisation_id,omitzero"`
	ConversationID id.Conversation `json:"conversation_id,omitzero"`
	EntryID        id.Entry        `json:"entry_id,omitzero" doc:"What was said, of a conversation that was found by it"`
	CaseID         id.Case         `json:"case_id,omitzero"`
	ArticleID      id.Article      `json:"article_id,omitzero"`
	BrandID        id.Brand        `json:"brand_id,omitzero" doc:"Of all but an article"`
	Language       string          `json:"language,omitempty" doc:"Of an article"`
	Channel        string          `json:"channel,omitempty" doc:"Of a conversation"`
	CustomerName   string          `json:"customer_name,omitempty" doc:"Of a conversation and a case"`
	Title          []RunBody       `json:"title"`
	Excerpt        []RunBody       `json:"excerpt"`
	At             time.Time       `json:"at"`
}

type searchInput struct {
	Q      string   `query:"q" required:"true" maxLength:"400" doc:"Words, or beginnings of words; all of them have to be there"`
	Kinds  string   `query:"kinds" maxLength:"100" doc:"customer, organisation, conversation, case, article, parted by commas; absent: all that one may read"`
	Brand  id.Brand `query:"brand"`
	Limit  int      `query:"limit" minimum:"1" maximum:"50" default:"20"`
	Cursor string   `query:"cursor" maxLength:"512"`
}

type foundPage struct {
	Body httpx.Page[FoundBody]
}

// Search are the operations of the search.
type Search struct {
	Catalogue *catalogue.Service
	Indexer   *catalogue.Indexer
}

// RegisterSearch adds the operations of the search.
func RegisterSearch(api *httpx.API, s Search) {
	httpx.Register(api, httpx.Operation{
		ID: "search", Method: http.MethodGet, Path: "/api/v1/search", Tag: tagSearch, Summary: "Customers, organisations, conversations, cases and articles by their words",
		Access: httpx.SignedIn, Errors: []httpx.Code{{Kind: errs.Forbidden, Code: "forbidden"}, {Kind: errs.NotFound, Code: "not_found"}},
		Description: "Words are found with and without accents. The first 200 finds of each kind can be seen, the best first. What happened is found within a second.",
	}, s.search)
	httpx.Register(api, httpx.Operation{
		ID: "reindexSearch", Method: http.MethodPost, Path: "/api/v1/search/reindex", Tag: tagSearch, Permission: actor.JobRetry,
		Summary: "Make the search index of the tenant anew", Description: "It is done by jobs; what can be found stays so meanwhile.",
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) { return nil, s.Indexer.StartReindex(ctx) })
	httpx.Register(api, httpx.Operation{
		ID: "suggestArticles", Method: http.MethodGet, Path: "/api/v1/conversations/{id}/suggestions", Tag: tagSearch, Permission: actor.KnowledgeRead,
		Summary: "Articles that may answer what the customer wrote", Errors: notFound(),
	}, s.suggest)
}

func (s Search) search(ctx context.Context, in *searchInput) (*foundPage, error) {
	var skip int
	if _, err := (httpx.PageQuery{Cursor: in.Cursor}).After(&skip); err != nil {
		return nil, err
	}
	q := catalogue.Query{Text: in.Q, Kinds: kindsOf(in.Kinds), Brand: in.Brand, Skip: max(0, skip), Limit: in.Limit}
	found, err := s.Catalogue.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(shownAll(found), in.Limit, func(FoundBody) any { return q.Skip + in.Limit })
	return &foundPage{Body: page}, err
}

func kindsOf(list string) []catalogue.Kind {
	var kinds []catalogue.Kind
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			kinds = append(kinds, catalogue.Kind(name))
		}
	}
	return kinds
}

type conversationKey struct {
	ID id.Conversation `path:"id"`
}

type suggestionsOutput struct {
	Body struct {
		Language string      `json:"language" doc:"In which articles were looked for first; empty: unknown"`
		Items    []FoundBody `json:"items"`
	}
}

func (s Search) suggest(ctx context.Context, in *conversationKey) (*suggestionsOutput, error) {
	found, err := s.Catalogue.Suggest(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &suggestionsOutput{}
	out.Body.Language, out.Body.Items = found.Language, shownAll(found.Articles)
	return out, nil
}

func shownAll(found []catalogue.Found) []FoundBody {
	out := make([]FoundBody, len(found))
	for i, f := range found {
		out[i] = FoundBody{
			Kind: f.Kind, EntryID: f.Entry, BrandID: f.Brand, Language: f.Language, Channel: f.Channel, CustomerName: f.Name,
			Title: runs(f.Title), Excerpt: runs(f.Excerpt), At: f.At,
		}
		switch f.Kind {
		case catalogue.Customers:
			out[i].CustomerID = id.Customer(f.Thing)
		case catalogue.Organisations:
			out[i].OrganisationID = id.Organisation(f.Thing)
		case catalogue.Conversations:
			out[i].ConversationID = id.Conversation(f.Thing)
		case catalogue.Cases:
			out[i].CaseID = id.Case(f.Thing)
		case catalogue.Articles:
			out[i].ArticleID = id.Article(f.Thing)
		}
	}
	return out
}

func runs(all []search.Run) []RunBody {
	out := make([]RunBody, len(all))
	for i, r := range all {
		out[i] = RunBody(r)
	}
	return out
}

func notFound(more ...httpx.Code) []httpx.Code {
	return append([]httpx.Code{{Kind: errs.NotFound, Code: errs.NotFound.String()}}, more...)
}
